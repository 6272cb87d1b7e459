/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vz.h>

G_BEGIN_DECLS

/* What a view needs to know about a machine. @machine may be NULL everywhere. */

/* The first display, borrowed; NULL if there is none. */
VzGraphicsDisplay *vz_view_display_of (VzVirtualMachine *machine);
/* Its configured size, in pixels; FALSE if it has none. */
gboolean vz_view_display_get_size (VzVirtualMachine *machine, int *ret_width, int *ret_height);
/* Whether a screen can be connected, or stay connected. */
gboolean vz_view_display_is_on (VzVirtualMachine *machine, gboolean connected);
/* The text shown instead of the screen. */
const char *vz_view_display_get_placeholder (VzVirtualMachine *machine);

G_END_DECLS
