/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore/vz-restore-image-private.h"

#include "foundation/vz-fail.h"
#include "restore/vz-chunk-pipeline.h"

/* Components that share their chunks need to be looked at only once. */
static GPtrArray *
list_distinct (VzRestoreImage *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) all = vz_restore_image_list_components (self);
  GPtrArray *distinct = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_component_unref);

  for (guint i = 0; i < all->len; i++)
    {
      VzComponent *component = g_ptr_array_index (all, i);

      if (component->chunk_size == 0)
        continue;
      if (g_hash_table_add (seen, component->digest))
        g_ptr_array_add (distinct, vz_component_ref (component));
    }
  return distinct;
}

static gboolean
measure (VzImageContainer *container, GPtrArray *components, VzProgress *progress, GError **error)
{
  guint64 total = 0;

  for (guint i = 0; i < components->len; i++)
    {
      guint64 bytes;

      if (!vz_chunk_pipeline_measure (container, g_ptr_array_index (components, i), &bytes, error))
        return FALSE;
      total += bytes;
    }
  if (progress != NULL)
    vz_progress_set_total (progress, total);
  return TRUE;
}

static gboolean
verify (VzRestoreImage *self, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  VzImageContainer *container = vz_restore_image_get_container (self);
  VZ_ERROR_PREFIX ("Verifying '%s'", vz_restore_image_get_url (self));
  g_autoptr (GPtrArray) components = list_distinct (self);

  if (container == NULL || vz_image_container_get_fd (container) < 0)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "The restore image is not a local file");
  if (components->len == 0)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "The image has no components in chunks; others are not verified");
  if (!measure (container, components, progress, error))
    return FALSE;
  for (guint i = 0; i < components->len; i++)
    if (!vz_chunk_pipeline_run (container, g_ptr_array_index (components, i), -1, 0, progress,
                                cancellable, error))
      return FALSE;
  if (progress != NULL)
    vz_progress_finish (progress);
  return TRUE;
}

/**
 * vz_restore_image_verify:
 * @self: a local image
 * @progress: (nullable): counts bytes of the file; its total is set
 * @cancellable: (nullable): to give up
 * @error: where to put the failure
 *
 * Compares every chunk of the image with its digest, on all cores. Fails with
 * %VZ_ERROR_DIGEST_MISMATCH and the name of the component and the chunk, or with
 * %VZ_ERROR_INVALID_RESTORE_IMAGE when a chunk is missing. Components that are not in chunks, such
 * as Apple's, are not verified; with no others this fails with %VZ_ERROR_NOT_SUPPORTED.
 *
 * Returns: whether every chunk is as it should be
 */
gboolean
vz_restore_image_verify (VzRestoreImage *self, VzProgress *progress, GCancellable *cancellable,
                         GError **error)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), FALSE);
  return verify (self, progress, cancellable, error);
}

static void
verify_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (verify (source, data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * vz_restore_image_verify_async:
 * @self: a local image
 * @progress: (nullable): counts bytes of the file; its total is set
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Does vz_restore_image_verify() in a thread.
 */
void
vz_restore_image_verify_async (VzRestoreImage *self, VzProgress *progress,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (VZ_IS_RESTORE_IMAGE (self));
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, vz_restore_image_verify_async);
  if (progress != NULL)
    g_task_set_task_data (task, g_object_ref (progress), g_object_unref);
  g_task_run_in_thread (task, verify_in_thread);
}

/**
 * vz_restore_image_verify_finish:
 * @self: a local image
 * @result: what the callback was given
 * @error: where to put the failure
 *
 * Ends vz_restore_image_verify_async().
 *
 * Returns: whether every chunk is as it should be
 */
gboolean
vz_restore_image_verify_finish (VzRestoreImage *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
