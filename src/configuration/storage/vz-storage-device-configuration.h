/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/storage/vz-storage-device-attachment.h"
#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_STORAGE_DEVICE_CONFIGURATION (vz_storage_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzStorageDeviceConfiguration, vz_storage_device_configuration, VZ,
                          STORAGE_DEVICE_CONFIGURATION, VzConfig)

/**
 * VzStorageDeviceConfigurationClass:
 *
 * The class of #VzStorageDeviceConfiguration.
 */
struct _VzStorageDeviceConfigurationClass {
  VzConfigClass parent_class;
};

VZ_PUBLIC
VzStorageDeviceAttachment *
vz_storage_device_configuration_get_attachment (VzStorageDeviceConfiguration *self);
VZ_PUBLIC
void vz_storage_device_configuration_set_attachment (VzStorageDeviceConfiguration *self,
                                                     VzStorageDeviceAttachment *attachment);
VZ_PUBLIC
VzDiskImageStorageDeviceAttachment *
vz_storage_device_configuration_get_disk_image (VzStorageDeviceConfiguration *self);

G_END_DECLS
