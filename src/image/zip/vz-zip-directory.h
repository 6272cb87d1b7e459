/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/zip/vz-image-member.h"
#include "image/zip/vz-image-source.h"

G_BEGIN_DECLS

#define VZ_IMAGE_MEMBERS_MAX (264 * 1024) /* VZ_CHUNKS_MAX and a few more */
#define VZ_IMAGE_DIRECTORY_SIZE_MAX (32 * 1024 * 1024) /* of the zip's directory */

/* The directory at the end of a zip file. */
typedef struct {
  GBytes *bytes; /* owned: the file from the directory's start to its end, as presented to libzip */
  guint64 offset; /* of bytes in the file */
  GArray *members; /* owned, of VzImageMember, in the directory's order */
} VzZipDirectory;

/* Reads and checks it: no member outside the file or overlapping another, no harmful names, no
 * duplicates, no contradictory numbers. INVALID_RESTORE_IMAGE; the failures of
 * vz_image_source_read(). */
gboolean vz_zip_directory_read (VzZipDirectory *self, VzImageSource *source,
                                GCancellable *cancellable, GError **error);
void vz_zip_directory_clear (VzZipDirectory *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzZipDirectory, vz_zip_directory_clear)

G_END_DECLS
