/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_EXTRACTED_FILE (vz_extracted_file_get_type ())

/**
 * VzExtractedFile:
 * @name: its name in the image: that of a member, or of a component in chunks
 * @path: where it is now
 * @size: its size in bytes; it may occupy less on the disk, since zeros became holes
 * @is_verified: whether a digest of the manifest proves it; if not, it has the checksum that the
 * zip file gives, but the manifest has no digest for it, or one whose coverage is unknown
 *
 * A file that was extracted from a restore image. Immutable.
 */
typedef struct {
  char *name;
  char *path;
  guint64 size;
  gboolean is_verified;
} VzExtractedFile;

VZ_PUBLIC
GType vz_extracted_file_get_type (void);
VZ_PUBLIC
VzExtractedFile *vz_extracted_file_ref (VzExtractedFile *self);
VZ_PUBLIC
void vz_extracted_file_unref (VzExtractedFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzExtractedFile, vz_extracted_file_unref)

G_END_DECLS
