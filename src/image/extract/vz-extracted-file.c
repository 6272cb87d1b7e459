/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/extract/vz-extracted-file.h"

G_DEFINE_BOXED_TYPE (VzExtractedFile, vz_extracted_file, vz_extracted_file_ref,
                     vz_extracted_file_unref)

/**
 * vz_extracted_file_ref:
 * @self: a file
 *
 * Returns: (transfer full): @self, with one more reference
 */
VzExtractedFile *
vz_extracted_file_ref (VzExtractedFile *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
vz_extracted_file_clear (gpointer data)
{
  VzExtractedFile *self = data;

  g_free (self->name);
  g_free (self->path);
}

/**
 * vz_extracted_file_unref:
 * @self: (nullable): a file
 *
 * Releases a reference. The file on the disk stays.
 */
void
vz_extracted_file_unref (VzExtractedFile *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, vz_extracted_file_clear);
}
