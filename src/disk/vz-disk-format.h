/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/**
 * VzDiskFormat:
 * @VZ_DISK_FORMAT_UNKNOWN: none of these
 * @VZ_DISK_FORMAT_RAW: the disk's bytes as they are
 * @VZ_DISK_FORMAT_QCOW2: QEMU's
 * @VZ_DISK_FORMAT_VMDK: VMware's, sparse and in one file
 * @VZ_DISK_FORMAT_VDI: VirtualBox'
 * @VZ_DISK_FORMAT_VHDX: Hyper-V's
 *
 * How a disk image stores a disk's bytes. Not in Apple's framework.
 *
 * Since: 0.1
 */
typedef enum {
  VZ_DISK_FORMAT_UNKNOWN = 0,
  VZ_DISK_FORMAT_RAW = 1,
  VZ_DISK_FORMAT_QCOW2 = 2,
  VZ_DISK_FORMAT_VMDK = 3,
  VZ_DISK_FORMAT_VDI = 4,
  VZ_DISK_FORMAT_VHDX = 5,
} VzDiskFormat;

/**
 * VzDiskWrapping:
 * @VZ_DISK_WRAPPING_NONE: the image itself
 * @VZ_DISK_WRAPPING_XZ: xz
 * @VZ_DISK_WRAPPING_GZIP: gzip
 * @VZ_DISK_WRAPPING_ZSTD: zstd
 * @VZ_DISK_WRAPPING_ZIP: a zip archive
 * @VZ_DISK_WRAPPING_TAR: a tar archive, such as .ova
 *
 * How a disk image is packed. Not in Apple's framework.
 *
 * Since: 0.1
 */
typedef enum {
  VZ_DISK_WRAPPING_NONE = 0,
  VZ_DISK_WRAPPING_XZ = 1,
  VZ_DISK_WRAPPING_GZIP = 2,
  VZ_DISK_WRAPPING_ZSTD = 3,
  VZ_DISK_WRAPPING_ZIP = 4,
  VZ_DISK_WRAPPING_TAR = 5,
} VzDiskWrapping;

G_END_DECLS
