/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gtk/vz-clipboard.h"

#include <string.h>

#define MAX_TEXT (511 * 1024) /* bytes: QEMU ends a connection that sends over twice as much */

/* How this works
 *
 * QEMU takes VNC's plain clipboard messages as UTF-8, although the protocol says Latin-1, and keeps
 * the text for the guest's Spice agent, if there is one. It answers only in the extended form;
 * plain messages come from a newer QEMU or gtk-vnc. */

struct _VzClipboard {
  VncDisplay *display;
  GtkClipboard *clipboard;
  guint n_waiting; /* pending text requests; the last one frees an ended clipboard */
  gboolean has_ended;
  gboolean is_new; /* something was copied that the guest does not have yet */
  char *from_guest; /* the last text, which is not sent back */
};

static void
free_if_unused (VzClipboard *self)
{
  if (!self->has_ended || self->n_waiting > 0)
    return;
  g_free (self->from_guest);
  g_free (self);
}

static void
on_text (GtkClipboard *clipboard, const char *text, gpointer data)
{
  VzClipboard *self = data;

  self->n_waiting--;
  if (!self->has_ended && text != NULL && strlen (text) <= MAX_TEXT &&
      g_strcmp0 (text, self->from_guest) != 0)
    vnc_display_client_cut_text (self->display, text);
  free_if_unused (self);
}

static void
give (VzClipboard *self)
{
  if (!self->is_new || !vnc_display_is_open (self->display) ||
      !gtk_widget_has_focus (GTK_WIDGET (self->display)))
    return;
  self->is_new = FALSE;
  self->n_waiting++;
  gtk_clipboard_request_text (self->clipboard, on_text, self);
}

static void
on_copied (GtkClipboard *clipboard, GdkEvent *event, VzClipboard *self)
{
  self->is_new = TRUE;
  give (self);
}

static void
on_focus_changed (GtkWidget *widget, GParamSpec *pspec, VzClipboard *self)
{
  give (self);
}

static void
on_initialized (VncDisplay *display, VzClipboard *self)
{
  give (self);
}

static void
on_guest_copied (VncDisplay *display, const char *text, VzClipboard *self)
{
  g_free (self->from_guest);
  self->from_guest = g_utf8_validate (text, -1, NULL)
                       ? g_strdup (text)
                       : g_convert (text, -1, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
  if (self->from_guest != NULL)
    gtk_clipboard_set_text (self->clipboard, self->from_guest, -1);
}

VzClipboard *
vz_clipboard_new (VncDisplay *display)
{
  VzClipboard *self = g_new0 (VzClipboard, 1);

  self->display = display;
  self->is_new = TRUE;
  self->clipboard = gtk_clipboard_get_for_display (gtk_widget_get_display (GTK_WIDGET (display)),
                                                   GDK_SELECTION_CLIPBOARD);
  g_signal_connect (self->clipboard, "owner-change", G_CALLBACK (on_copied), self);
  g_signal_connect (display, "notify::has-focus", G_CALLBACK (on_focus_changed), self);
  g_signal_connect (display, "vnc-initialized", G_CALLBACK (on_initialized), self);
  g_signal_connect (display, "vnc-server-cut-text", G_CALLBACK (on_guest_copied), self);
  return self;
}

void
vz_clipboard_free (VzClipboard *self)
{
  g_signal_handlers_disconnect_by_data (self->clipboard, self);
  g_signal_handlers_disconnect_by_data (self->display, self);
  self->has_ended = TRUE;
  free_if_unused (self);
}
