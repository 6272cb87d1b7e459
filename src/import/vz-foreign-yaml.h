/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads a YAML file of at most @max bytes as a flat table: "mounts[0].location" has the text of
 * that value, "" for null. Aliases are not followed. The table owns keys and values.
 * INVALID_ARGUMENT names the line with an error. */
GHashTable *vz_foreign_yaml_read (const char *path, gsize max, GError **error);

G_END_DECLS
