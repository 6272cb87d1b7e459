/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/zip/vz-zip-end.h"

G_BEGIN_DECLS

/* A 32-bit number that is in the header's zip64 field instead, if that exists. */
#define VZ_ZIP64_NO_ROOM 0xffffffff

/* The content of the field with the large numbers; NULL if there is none. Anything after a
 * malformed field is padding, which some writers use to align data. */
const guint8 *vz_zip64_find_field (const guint8 *extra, gsize size, gsize *ret_size);

/* Gives each member the zip64 field that libzip requires if a number is exactly 4,294,967,295:
 * @bytes, the directory and what follows it, is replaced if one is missing. Every header of the
 * directory has been checked. INVALID_RESTORE_IMAGE if a header has no room for the field. */
gboolean vz_zip64_complete (GBytes **bytes, const VzZipEnd *end, GError **error);

G_END_DECLS
