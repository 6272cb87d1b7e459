/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vz.h>

G_BEGIN_DECLS

/* What a view has to know of a machine. @machine may be NULL everywhere. */

/* The first display, borrowed; NULL when there is none. */
VzGraphicsDisplay *vz_view_display_of (VzVirtualMachine *machine);
/* The size that it is configured with, in pixels; FALSE when it has none. */
gboolean vz_view_display_get_size (VzVirtualMachine *machine, int *ret_width, int *ret_height);
/* Whether a screen can be connected to, or, once it is, may stay so. */
gboolean vz_view_display_is_on (VzVirtualMachine *machine, gboolean connected);
/* What is said in place of the screen. */
const char *vz_view_display_get_placeholder (VzVirtualMachine *machine);

G_END_DECLS
