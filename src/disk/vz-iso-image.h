/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* The image of an installer's CD (ISO 9660), as far as a machine's firmware is concerned. */
typedef struct {
  guint64 size; /* bytes of the file */
  char *volume; /* the CD's name, without trailing spaces; UTF-8 */
  const char *architecture; /* of the boot loader on it, "x86_64" or "aarch64" */
} VzIsoImage;

void vz_iso_image_clear (VzIsoImage *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzIsoImage, vz_iso_image_clear)

/* Where on the CD the firmware finds the file system with its boot loader (El Torito, platform
 * EFI); 0: nowhere. @catalog: the boot catalog's @size bytes. @ret_bios: whether a legacy BIOS
 * would find something. INVALID_DISK_IMAGE if it is damaged. */
gboolean vz_iso_catalog_find_efi (const guint8 *catalog, gsize size, guint64 *ret_offset,
                                  gboolean *ret_bios, GError **error);

/* Examines the file @path: whether it is such an image and complete, and whether one of vz's
 * machines can start from it. NOT_FOUND, BUSY or IO; INVALID_DISK_IMAGE; NOT_SUPPORTED for one that
 * boots only from a legacy BIOS, or is for another architecture. */
gboolean vz_iso_image_look (const char *path, VzIsoImage *ret_image, GCancellable *cancellable,
                            GError **error);

G_END_DECLS
