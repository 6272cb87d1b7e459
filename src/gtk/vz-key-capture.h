/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Keeps the keyboard from the desktop while a widget has the focus and the pointer is over it: a
 * grab hides from GTK that another window has got the focus, so it must end when the pointer
 * leaves. */
typedef struct _VzKeyCapture VzKeyCapture;

VzKeyCapture *vz_key_capture_new (GtkWidget *widget); /* borrowed; off at first */
void vz_key_capture_free (VzKeyCapture *self);
void vz_key_capture_set_active (VzKeyCapture *self, gboolean active);

G_END_DECLS
