/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gtk/vz-key-capture.h"

struct _VzKeyCapture {
  GtkWidget *widget;
  GdkSeat *seat; /* the grabbed one, or NULL; owned */
  gboolean active;
  gboolean pointer_inside;
};

static void
ungrab (VzKeyCapture *self)
{
  if (self->seat != NULL)
    gdk_seat_ungrab (self->seat);
  g_clear_object (&self->seat);
}

/* Another program may have the keyboard; then the desktop keeps its keys until the next attempt. */
static void
grab (VzKeyCapture *self)
{
  GdkSeat *seat = gdk_display_get_default_seat (gtk_widget_get_display (self->widget));

  if (self->seat == NULL &&
      gdk_seat_grab (seat, gtk_widget_get_window (self->widget), GDK_SEAT_CAPABILITY_KEYBOARD, TRUE,
                     NULL, NULL, NULL, NULL) == GDK_GRAB_SUCCESS)
    self->seat = g_object_ref (seat);
}

static void
update (VzKeyCapture *self)
{
  if (self->active && self->pointer_inside && gtk_widget_has_focus (self->widget) &&
      gtk_widget_get_mapped (self->widget))
    grab (self);
  else
    ungrab (self);
}

static void
on_focus_changed (GtkWidget *widget, GParamSpec *pspec, VzKeyCapture *self)
{
  update (self);
}

static gboolean
on_crossing (GtkWidget *widget, GdkEventCrossing *event, VzKeyCapture *self)
{
  if (event->mode == GDK_CROSSING_NORMAL)
    {
      self->pointer_inside = event->type == GDK_ENTER_NOTIFY;
      update (self);
    }
  return GDK_EVENT_PROPAGATE;
}

static void
on_unmap (GtkWidget *widget, VzKeyCapture *self)
{
  self->pointer_inside = FALSE;
  update (self);
}

VzKeyCapture *
vz_key_capture_new (GtkWidget *widget)
{
  VzKeyCapture *self = g_new0 (VzKeyCapture, 1);

  self->widget = widget;
  gtk_widget_add_events (widget, GDK_ENTER_NOTIFY_MASK | GDK_LEAVE_NOTIFY_MASK);
  g_signal_connect (widget, "notify::has-focus", G_CALLBACK (on_focus_changed), self);
  g_signal_connect (widget, "enter-notify-event", G_CALLBACK (on_crossing), self);
  g_signal_connect (widget, "leave-notify-event", G_CALLBACK (on_crossing), self);
  g_signal_connect (widget, "unmap", G_CALLBACK (on_unmap), self);
  return self;
}

void
vz_key_capture_free (VzKeyCapture *self)
{
  g_signal_handlers_disconnect_by_data (self->widget, self);
  ungrab (self);
  g_free (self);
}

void
vz_key_capture_set_active (VzKeyCapture *self, gboolean active)
{
  self->active = active;
  update (self);
}
