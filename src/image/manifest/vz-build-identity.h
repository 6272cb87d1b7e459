/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/manifest/vz-component.h"

G_BEGIN_DECLS

#define VZ_TYPE_BUILD_IDENTITY (vz_build_identity_get_type ())

/**
 * VzBuildIdentity:
 * @device_class: the board that it is for, `q35-x86_64` or `vma2macosap`
 * @product_type: (nullable): the product with that board, `VirtualMac2,1`
 * @variant: (nullable): the kind of installation, in the image's words
 * @restore_behavior: (nullable): `Erase` for a new installation, `Update` for one that keeps the
 * contents of the disk
 * @architecture: (nullable): the processor's architecture; %NULL where the image does not say, as
 * in Apple's images
 * @chip_id: Apple's number for the chip, 0xFE00 for that of a virtual Mac; 0 when the image does
 *   not say
 * @board_id: Apple's number for the board, 0x20 for that of a virtual Mac; only meaningful with
 *   @chip_id
 * @minimum_host: (nullable): the oldest macOS host that can run it
 * @minimum_cpu_count: the fewest CPUs that the guest accepts; 0 when it is not for virtual machines
 * @minimum_memory_size: the smallest memory that the guest accepts, in bytes
 * @minimum_disk_size: the smallest disk that holds it, in bytes; 0 when the image does not say
 * @guest_settings: (nullable): how the guest takes its settings, `cloud-init` or `ignition`; %NULL:
 * through its agent
 * @components: (element-type VzComponent): what it consists of; partitions are in their order on
 *   the disk
 *
 * What a restore image holds for one board and one kind of installation. Immutable. Apple: an entry
 * of `BuildIdentities` in the manifest.
 */
typedef struct {
  char *device_class;
  char *product_type;
  char *variant;
  char *restore_behavior;
  char *architecture;
  guint32 chip_id;
  guint32 board_id;
  char *minimum_host;
  guint minimum_cpu_count;
  guint64 minimum_memory_size;
  guint64 minimum_disk_size;
  char *guest_settings;
  GPtrArray *components;
} VzBuildIdentity;

VZ_PUBLIC
GType vz_build_identity_get_type (void);
VZ_PUBLIC
VzBuildIdentity *vz_build_identity_ref (VzBuildIdentity *self);
VZ_PUBLIC
void vz_build_identity_unref (VzBuildIdentity *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzBuildIdentity, vz_build_identity_unref)

G_END_DECLS
