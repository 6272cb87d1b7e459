/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gtk/vz-size-request.h"

#define SETTLE_MS 200 /* dragging a border changes the size many times per second */

typedef struct {
  guint width;
  guint height;
} Size;

struct _VzSizeRequest {
  VzGraphicsDisplay *display;
  GCancellable *cancellable;
  Size wanted;
  Size asked;
  gboolean asking;
  guint timer;
};

static void start (VzSizeRequest *self);

static gboolean
is_same (Size a, Size b)
{
  return a.width == b.width && a.height == b.height;
}

static void
ask (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Size *size = data;
  GError *error = NULL;

  if (vz_graphics_display_reconfigure_with_size (VZ_GRAPHICS_DISPLAY (source), size->width,
                                                 size->height, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer data)
{
  VzSizeRequest *self;

  /* A fixed-size display, a machine that ends: the picture is scaled, as without the request. */
  g_task_propagate_boolean (G_TASK (result), NULL);
  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return; /* freed */
  self = data;
  self->asking = FALSE;
  start (self);
}

static gboolean
on_settled (gpointer data)
{
  VzSizeRequest *self = data;
  g_autoptr (GTask) task = g_task_new (self->display, self->cancellable, on_asked, self);
  Size *size = g_new (Size, 1);

  self->timer = 0;
  self->asking = TRUE;
  self->asked = self->wanted;
  *size = self->wanted;
  g_task_set_task_data (task, size, g_free);
  g_task_run_in_thread (task, ask);
  return G_SOURCE_REMOVE;
}

static void
start (VzSizeRequest *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (!self->asking && !is_same (self->wanted, self->asked))
    self->timer = g_timeout_add (SETTLE_MS, on_settled, self);
}

VzSizeRequest *
vz_size_request_new (VzGraphicsDisplay *display)
{
  VzSizeRequest *self = g_new0 (VzSizeRequest, 1);

  self->display = g_object_ref (display);
  self->cancellable = g_cancellable_new ();
  return self;
}

void
vz_size_request_free (VzSizeRequest *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_object_unref (self->display);
  g_free (self);
}

void
vz_size_request_want (VzSizeRequest *self, int width, int height)
{
  self->wanted = (Size){ (guint) MAX (width, 0), (guint) MAX (height, 0) };
  start (self);
}

void
vz_size_request_forget (VzSizeRequest *self)
{
  self->asked = (Size){ 0, 0 };
  start (self);
}
