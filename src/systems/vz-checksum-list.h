/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

#define VZ_CHECKSUM_LIST_MAX (4 * 1024 * 1024)
#define VZ_CHECKSUM_DIGITS_MAX 128

/* The digest of one file. */
typedef struct {
  const char *algorithm; /* "sha256" or "sha512" */
  char digest[VZ_CHECKSUM_DIGITS_MAX + 1]; /* lower-case hexadecimal */
} VzChecksum;

/* Finds the digest of @name (in which '*' and '?' are wildcards) in a publisher's list: lines as
 * from sha256sum or sha512sum, also with --tag. If there are both kinds, uses the longer one;
 * ignores other lines, such as those around them in a signed text. VERIFICATION_FAILED if there is
 * none for that name, or several that differ. */
gboolean vz_checksum_list_find (const char *text, gsize size, const char *name,
                                VzChecksum *ret_checksum, GError **error);

G_END_DECLS
