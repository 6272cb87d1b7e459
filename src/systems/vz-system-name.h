/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "systems/vz-system.h"

G_BEGIN_DECLS

/* What users call a system; docs/systems.md lists the forms. */

/* Whether @text could be the name of a system: not an address, path, version or product, and none
 * of the words reserved for restore images. */
gboolean vz_system_name_is_one (const char *text);

/* The best match in @systems (VzSystem) for @name; among equals, the first one; NULL: none. */
VzSystem *vz_system_name_find (GPtrArray *systems, const char *name);

/* Whether a system's name needs a version to refer to it, because the name alone means another. */
gboolean vz_system_name_is_taken (GPtrArray *systems, const char *name);

/* Whether @system cannot be reached by one of its names because @first, which precedes it, has that
 * name. */
gboolean vz_system_name_clashes (const VzSystem *first, const VzSystem *system);

/* What @name may have been meant to be, the likeliest first, at most @max; empty if nothing is
 * similar. */
GStrv vz_system_name_list_similar (GPtrArray *systems, const char *name, guint max);

G_END_DECLS
