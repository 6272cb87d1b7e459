/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-async.h"

static void
vz_async_free (gpointer data)
{
  VzAsync *self = data;

  if (self->free_data != NULL)
    self->free_data (self->data);
  g_free (self);
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const VzAsync *self = data;
  GError *error = NULL;
  gpointer result = self->call (source, self->data, cancellable, &error);

  if (result != NULL)
    g_task_return_pointer (task, result, self->free_result);
  else
    g_task_return_error (task, error);
}

void
vz_async_start (const VzAsync *async, gpointer source, GCancellable *cancellable,
                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);

  g_task_set_source_tag (task, async->tag);
  /* What was done is done: the outcome counts, not a cancellation that came later. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_memdup2 (async, sizeof *async), vz_async_free);
  g_task_run_in_thread (task, run);
}

void
vz_async_start_with_text (VzAsyncCall call, gpointer tag, const char *text,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  VzAsync async = {
    .call = call,
    .tag = tag,
    .data = g_strdup (text),
    .free_data = g_free,
    .free_result = g_object_unref,
  };

  vz_async_start (&async, NULL, cancellable, callback, user_data);
}

gpointer
vz_async_finish (GAsyncResult *result, gpointer source, gpointer tag, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct {
  VzAsyncMakeFile make;
  char *destination;
  VzProgress *progress; /* may be NULL */
} File;

static void
file_free (gpointer data)
{
  File *file = data;

  g_free (file->destination);
  g_clear_object (&file->progress);
  g_free (file);
}

static gpointer
make_file (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  const File *file = data;
  gboolean done = file->make (source, file->destination, file->progress, cancellable, error);

  return done ? VZ_ASYNC_DONE : NULL;
}

void
vz_async_make_file (gpointer source, VzAsyncMakeFile make, const char *destination,
                    VzProgress *progress, GCancellable *cancellable, GAsyncReadyCallback callback,
                    gpointer user_data)
{
  File *file = g_new0 (File, 1);
  VzAsync async = { .call = make_file, .tag = make, .data = file, .free_data = file_free };

  file->make = make;
  file->destination = g_strdup (destination);
  file->progress = progress != NULL ? g_object_ref (progress) : NULL;
  vz_async_start (&async, source, cancellable, callback, user_data);
}
