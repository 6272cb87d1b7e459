/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <plist/plist.h>

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Small binary property lists (identity objects), read with limits and written in Apple's form. */

typedef enum {
  VZ_PLIST_UINT, /* in as few bytes as possible: 1, 2, 4 or 8; 16 from 2^63 on */
  VZ_PLIST_UINT_128, /* always in 16 bytes */
  VZ_PLIST_STRING, /* ASCII */
  VZ_PLIST_UINTS, /* array of integers */
} VzPlistKind;

typedef struct {
  const char *key;
  VzPlistKind kind;
  guint64 value;
  const char *string;
  const guint64 *values;
  gsize n_values;
} VzPlistEntry;

#define VZ_AUTO_PLIST __attribute__ ((cleanup (vz_plist_cleanup))) plist_t
void vz_plist_cleanup (plist_t *plist);

/* The dictionary in @data (free it with plist_free), or NULL with INVALID_ARGUMENT. */
plist_t vz_plist_read_dictionary (GBytes *data, GError **error);
/* The same for one that describes a whole machine, of at most 64 KiB. */
plist_t vz_plist_read_settings (GBytes *data, GError **error);
GBytes *vz_plist_write_dictionary (const VzPlistEntry *entries, gsize n_entries);

/* FALSE with INVALID_ARGUMENT if @key is missing, of another type, or outside the limits. */
gboolean vz_plist_get_uint (plist_t dict, const char *key, guint64 max, guint64 *ret_value,
                            GError **error);
gboolean vz_plist_dup_string (plist_t dict, const char *key, gsize max_length, char **ret_text,
                              GError **error);

G_END_DECLS
