/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A connection to a machine's screen, and the widget that shows it and takes keys and pointer. */
typedef struct _VzScreen VzScreen;

typedef struct {
  void (*shown) (gpointer data); /* there is a picture, or its size has changed */
  void (*ended) (gpointer data); /* the connection has ended or failed */
} VzScreenEvents;

VzScreen *vz_screen_new (const VzScreenEvents *events, gpointer data);
void vz_screen_free (VzScreen *self);

/* To be called once its widget is realized. @path: socket of a VNC server. */
void vz_screen_connect (VzScreen *self, const char *path);
GtkWidget *vz_screen_get_widget (VzScreen *self); /* borrowed */
/* In the guest's pixels; FALSE before there is a picture. */
gboolean vz_screen_get_size (VzScreen *self, int *ret_width, int *ret_height);
void vz_screen_set_captures_keys (VzScreen *self, gboolean captures_keys);

G_END_DECLS
