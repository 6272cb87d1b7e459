/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* The systems that can be installed by their names, @name's at least (NULL: all); says what the
 * user should know of that. */
VzSystemCatalog *tool_load_systems (VzTool *tool, const char *name, GError **error);

/* What is known of a system, as the members of an object. */
void system_list_add_json (JsonBuilder *builder, const VzSystem *system);

/* What vouches for the image of a system, in two words. */
const char *system_list_judge (const VzSystem *system);

/* A line for each, or a table. */
gboolean system_list_print (VzTool *tool, GError **error);

G_END_DECLS
