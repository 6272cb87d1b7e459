/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gtk/vz-screen.h"

#include "gtk/vz-clipboard.h"
#include "gtk/vz-key-capture.h"

#include <gio/gunixsocketaddress.h>
#include <vncdisplay.h>

/* How this works
 *
 * gtk-vnc's widget makes only one connection here: a new connection gets a new screen, so that
 * nothing of the previous machine is left in it. */

struct _VzScreen {
  VncDisplay *display;
  VzClipboard *clipboard;
  VzKeyCapture *keys;
  const VzScreenEvents *events;
  gpointer data;
  gboolean has_picture;
};

static void
on_picture (VzScreen *self)
{
  self->has_picture = TRUE;
  self->events->shown (self->data);
}

static void
on_initialized (VncDisplay *display, VzScreen *self)
{
  on_picture (self);
}

static void
on_resized (VncDisplay *display, int width, int height, VzScreen *self)
{
  if (self->has_picture)
    on_picture (self);
}

static void
on_disconnected (VncDisplay *display, VzScreen *self)
{
  self->events->ended (self->data);
}

VzScreen *
vz_screen_new (const VzScreenEvents *events, gpointer data)
{
  VzScreen *self = g_new0 (VzScreen, 1);

  self->events = events;
  self->data = data;
  self->display = g_object_ref_sink (VNC_DISPLAY (vnc_display_new ()));
  vnc_display_set_scaling (self->display, TRUE);
  vnc_display_set_keep_aspect_ratio (self->display, TRUE);
  vnc_display_set_force_size (self->display, FALSE);
  vnc_display_set_pointer_grab (self->display, TRUE); /* useful for a mouse, not for a tablet */
  vnc_display_set_pointer_local (self->display, TRUE);
  g_signal_connect (self->display, "vnc-initialized", G_CALLBACK (on_initialized), self);
  g_signal_connect (self->display, "vnc-desktop-resize", G_CALLBACK (on_resized), self);
  g_signal_connect (self->display, "vnc-disconnected", G_CALLBACK (on_disconnected), self);
  self->clipboard = vz_clipboard_new (self->display);
  self->keys = vz_key_capture_new (GTK_WIDGET (self->display));
  return self;
}

void
vz_screen_connect (VzScreen *self, const char *path)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

  vnc_display_open_addr (self->display, address, NULL);
}

void
vz_screen_free (VzScreen *self)
{
  vz_key_capture_free (self->keys);
  vz_clipboard_free (self->clipboard);
  g_signal_handlers_disconnect_by_data (self->display, self);
  vnc_display_close (self->display);
  /* The connection ends a little later, and until then sends the widget pictures for which it no
   * longer has a window. */
  g_signal_handlers_disconnect_matched (vnc_display_get_connection (self->display),
                                        G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, self->display);
  gtk_widget_destroy (GTK_WIDGET (self->display));
  g_object_unref (self->display);
  g_free (self);
}

GtkWidget *
vz_screen_get_widget (VzScreen *self)
{
  return GTK_WIDGET (self->display);
}

gboolean
vz_screen_get_size (VzScreen *self, int *ret_width, int *ret_height)
{
  if (!self->has_picture)
    return FALSE;
  *ret_width = vnc_display_get_width (self->display);
  *ret_height = vnc_display_get_height (self->display);
  return TRUE;
}

void
vz_screen_set_captures_keys (VzScreen *self, gboolean captures_keys)
{
  vz_key_capture_set_active (self->keys, captures_keys);
}
