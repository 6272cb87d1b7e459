/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/zip/vz-image-source.h"

G_BEGIN_DECLS

/* What the end of a zip file says about its directory. */
typedef struct {
  guint64 count; /* of members */
  guint64 size; /* of the directory, bytes */
  guint64 offset; /* of the directory, which is entirely before the records at the end */
} VzZipEnd;

/* Finds the end record, including zip64's. INVALID_RESTORE_IMAGE if it does not exist or its
 * numbers contradict each other; the failures of vz_image_source_read(). */
gboolean vz_zip_end_read (VzZipEnd *self, VzImageSource *source, GCancellable *cancellable,
                          GError **error);

/* Little-endian, like all numbers in a zip file. */
guint64 vz_zip_get_le (const guint8 *data, guint bytes);

G_END_DECLS
