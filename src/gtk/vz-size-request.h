/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>
#include <vz.h>

G_BEGIN_DECLS

/* Makes a guest follow a widget's size: requests the latest size once it has been stable for a
 * moment, one at a time. A guest that cannot follow is left alone. */
typedef struct _VzSizeRequest VzSizeRequest;

VzSizeRequest *vz_size_request_new (VzGraphicsDisplay *display); /* a reference is kept */
void vz_size_request_free (VzSizeRequest *self);
void vz_size_request_want (VzSizeRequest *self, int width, int height); /* in the guest's pixels */
/* The same size is requested again even if it was before: the guest is another one. */
void vz_size_request_forget (VzSizeRequest *self);

G_END_DECLS
