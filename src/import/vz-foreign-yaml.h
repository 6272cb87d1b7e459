/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads a file in YAML, of at most @max bytes, as a flat table: "mounts[0].location" has the text
 * of that value, "" for null. Aliases are not followed. Keys and values are owned by the table.
 * INVALID_ARGUMENT says in which line something is wrong. */
GHashTable *vz_foreign_yaml_read (const char *path, gsize max, GError **error);

G_END_DECLS
