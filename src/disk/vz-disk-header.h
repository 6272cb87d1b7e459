/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk/vz-disk-format.h"
#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* The first bytes of an image show what it is, and whether it may refer to other files. */

#define VZ_DISK_HEAD (1 << 20) /* bytes; enough for both, and for a partition table */

/* The word that users and qemu-img use for it: "qcow2". Static. */
const char *vz_disk_format_get_name (VzDiskFormat format);

VzDiskWrapping vz_disk_wrapping_recognize (const guint8 *head, gsize size);

/* RAW only if there is a boot sector or a partition table. UNKNOWN with INVALID_DISK_IMAGE, which
 * says what it may be instead. */
VzDiskFormat vz_disk_format_recognize (const guint8 *head, gsize size, GError **error);

/* FALSE with INVALID_DISK_IMAGE for an image of @format that is not self-contained: with a backing
 * file, a data file, extents elsewhere, a parent. @length: of the file, which may be too short. */
gboolean vz_disk_header_check (VzDiskFormat format, const guint8 *head, gsize size, guint64 length,
                               GError **error);

G_END_DECLS
