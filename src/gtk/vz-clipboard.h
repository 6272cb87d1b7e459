/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vncdisplay.h>

G_BEGIN_DECLS

/* Transfers text between the desktop's clipboard and a screen's. The guest gets what is copied
 * while the screen has the focus, and what was copied before that. */
typedef struct _VzClipboard VzClipboard;

VzClipboard *vz_clipboard_new (VncDisplay *display); /* borrowed */
void vz_clipboard_free (VzClipboard *self);

G_END_DECLS
