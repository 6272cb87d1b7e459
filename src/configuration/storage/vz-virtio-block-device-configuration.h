/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/storage/vz-storage-device-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_BLOCK_DEVICE_CONFIGURATION (vz_virtio_block_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioBlockDeviceConfiguration, vz_virtio_block_device_configuration, VZ,
                      VIRTIO_BLOCK_DEVICE_CONFIGURATION, VzStorageDeviceConfiguration)

VZ_PUBLIC
VzVirtioBlockDeviceConfiguration *
vz_virtio_block_device_configuration_new (VzStorageDeviceAttachment *attachment);
VZ_PUBLIC
gboolean vz_virtio_block_device_configuration_validate_block_device_identifier (
  const char *block_device_identifier, GError **error);

VZ_PUBLIC
const char *vz_virtio_block_device_configuration_get_block_device_identifier (
  VzVirtioBlockDeviceConfiguration *self);
VZ_PUBLIC
void vz_virtio_block_device_configuration_set_block_device_identifier (
  VzVirtioBlockDeviceConfiguration *self, const char *block_device_identifier);

G_END_DECLS
