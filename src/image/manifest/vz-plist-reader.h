/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <plist/plist.h>

G_BEGIN_DECLS

/* Property lists from images and catalogs, which are untrusted: limits before parsing, and typed
 * getters that name the faulty key. All failures are INVALID_RESTORE_IMAGE. */

typedef enum {
  VZ_PLIST_REQUIRED,
  VZ_PLIST_OPTIONAL, /* a missing key is not a failure and leaves the output untouched */
} VzPlistNeed;

/* Parses XML. Refused before libplist sees it: more than @limit bytes, deep nesting, very many
 * elements or keys, long texts with entities, comments, CDATA and entity declarations. Free the
 * result with plist_free(). */
plist_t vz_plist_reader_parse_xml (GBytes *bytes, gsize limit, GError **error);

/* UTF-8 without control characters, at most @limit bytes. */
gboolean vz_plist_reader_get_string (plist_t dict, const char *key, gsize limit, VzPlistNeed need,
                                     char **ret_value, GError **error);

/* An integer from @min to @max; also one in a string such as "0xFE00", as Apple's writers do. */
gboolean vz_plist_reader_get_uint (plist_t dict, const char *key, guint64 min, guint64 max,
                                   VzPlistNeed need, guint64 *ret_value, GError **error);
gboolean vz_plist_reader_get_bool (plist_t dict, const char *key, VzPlistNeed need,
                                   gboolean *ret_value, GError **error);
gboolean vz_plist_reader_get_data (plist_t dict, const char *key, gsize limit, VzPlistNeed need,
                                   GBytes **ret_value, GError **error);

/* A dict or array that belongs to @dict. */
gboolean vz_plist_reader_get_node (plist_t dict, const char *key, plist_type type, VzPlistNeed need,
                                   plist_t *ret_node, GError **error);

/* Strings of an array, at most @limit. */
gboolean vz_plist_reader_get_strings (plist_t dict, const char *key, guint limit, VzPlistNeed need,
                                      GStrv *ret_value, GError **error);

/* Calls @visit for each item of @dict, which must be a dictionary of at most @limit items with keys
 * of at most 256 bytes, UTF-8 without control characters; failures in @visit are prefixed with the
 * key. */
typedef gboolean (*VzPlistVisit) (const char *key, plist_t value, gpointer data, GError **error);
gboolean vz_plist_reader_for_each (plist_t dict, guint limit, VzPlistVisit visit, gpointer data,
                                   GError **error);

G_END_DECLS
