/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/zip/vz-image-source.h"

G_BEGIN_DECLS

/* What the end of a zip file says of its directory. */
typedef struct {
  guint64 count; /* of members */
  guint64 size; /* of the directory, bytes */
  guint64 offset; /* of the directory; with its size it lies before the records at the end */
} VzZipEnd;

/* Finds the end record, that of zip64 too. INVALID_RESTORE_IMAGE when it is not there or its
 * numbers contradict each other; the failures of vz_image_source_read(). */
gboolean vz_zip_end_read (VzZipEnd *self, VzImageSource *source, GCancellable *cancellable,
                          GError **error);

/* Little-endian, as all numbers in a zip file. */
guint64 vz_zip_get_le (const guint8 *data, guint bytes);

G_END_DECLS
