/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "systems/vz-system.h"

G_BEGIN_DECLS

/* What people call a system; docs/systems.md lists the forms. */

/* Whether @text can be the name of a system at all: no address, path, version or product, and none
 * of the words that restore images have for themselves. */
gboolean vz_system_name_is_one (const char *text);

/* The best of @systems (VzSystem) for @name, where the first one that fits counts; NULL: none. */
VzSystem *vz_system_name_find (GPtrArray *systems, const char *name);

/* Whether a system is called so that is meant only with a version: the name alone means another. */
gboolean vz_system_name_is_taken (GPtrArray *systems, const char *name);

/* Whether @system cannot be reached by one of its names, since @first, which comes before it, has
 * that. */
gboolean vz_system_name_clashes (const VzSystem *first, const VzSystem *system);

/* What @name may have been meant to be, the likeliest first, at most @max; empty when nothing is
 * like it. */
GStrv vz_system_name_list_similar (GPtrArray *systems, const char *name, guint max);

G_END_DECLS
