/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* The systems that can be installed by name, at least @name's (NULL: all); says what the user
 * should know about that. */
VzSystemCatalog *tool_load_systems (VzTool *tool, const char *name, GError **error);

/* What is known about a system, as members of an object. */
void system_list_add_json (JsonBuilder *builder, const VzSystem *system);

/* What vouches for a system's image, in two words. */
const char *system_list_judge (const VzSystem *system);

/* One line each, or a table. */
gboolean system_list_print (VzTool *tool, GError **error);

G_END_DECLS
