/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/manifest/vz-plist-reader.h"

G_BEGIN_DECLS

/* What the readers of settings in property lists share, besides vz-plist-reader.h. */

#define VZ_FOREIGN_MAX_TEXT 1024 /* bytes */
#define VZ_FOREIGN_MAX_IDENTITY 4096
#define VZ_FOREIGN_MAX_PIXELS 65535

/* A file of at most @max bytes, binary or XML. Free the result with plist_free(). */
plist_t vz_foreign_plist_read (const char *path, gsize max, GError **error);
/* A list that belongs to @dict, empty if it is absent. */
gboolean vz_foreign_plist_get_list (plist_t dict, const char *key, plist_t *ret_list, guint *ret_n,
                                    GError **error);
/* The dictionary at @index, which belongs to @list. */
plist_t vz_foreign_plist_get_item (plist_t list, const char *key, guint index, GError **error);
/* Passes @cause to the caller. The property list reader's messages are about restore images, but
 * here a machine's settings are wrong. */
void vz_foreign_plist_propagate (GError **error, GError *cause);

G_END_DECLS
