/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* A machine's window, in a separate process, so that this one needs no GTK. */
typedef struct _Window Window;

/* Returns once the window exists, before the machine runs. NOT_SUPPORTED without the program for
 * it, or without a desktop. */
Window *window_open (VzBundle *bundle, GError **error);
/* The machine is running; @closed is called whenever the user wants to close the window, and when
 * the window ends by itself. */
void window_show (Window *self, void (*closed) (gpointer data), gpointer data);
void window_close (Window *self);

G_END_DECLS
