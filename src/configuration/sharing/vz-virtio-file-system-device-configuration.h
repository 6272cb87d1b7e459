/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/sharing/vz-directory-share.h"
#include "configuration/sharing/vz-directory-sharing-device-configuration.h"

G_BEGIN_DECLS

/**
 * VZ_MAC_OS_GUEST_AUTOMOUNT_TAG:
 *
 * The tag of a device whose folders macOS 13 and later mount automatically. To a Linux guest it is
 * a tag like any other. Apple: `macOSGuestAutomountTag`.
 */
#define VZ_MAC_OS_GUEST_AUTOMOUNT_TAG "com.apple.virtio-fs.automount"

#define VZ_TYPE_VIRTIO_FILE_SYSTEM_DEVICE_CONFIGURATION \
  (vz_virtio_file_system_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioFileSystemDeviceConfiguration,
                      vz_virtio_file_system_device_configuration, VZ,
                      VIRTIO_FILE_SYSTEM_DEVICE_CONFIGURATION,
                      VzDirectorySharingDeviceConfiguration)

VZ_PUBLIC
VzVirtioFileSystemDeviceConfiguration *
vz_virtio_file_system_device_configuration_new (const char *tag);
VZ_PUBLIC
gboolean vz_virtio_file_system_device_configuration_validate_tag (const char *tag, GError **error);
VZ_PUBLIC
char *vz_virtio_file_system_device_configuration_derive_tag (const char *path);

VZ_PUBLIC
const char *
vz_virtio_file_system_device_configuration_get_tag (VzVirtioFileSystemDeviceConfiguration *self);
VZ_PUBLIC
void
vz_virtio_file_system_device_configuration_set_tag (VzVirtioFileSystemDeviceConfiguration *self,
                                                    const char *tag);
VZ_PUBLIC
VzDirectoryShare *
vz_virtio_file_system_device_configuration_get_share (VzVirtioFileSystemDeviceConfiguration *self);
VZ_PUBLIC
void
vz_virtio_file_system_device_configuration_set_share (VzVirtioFileSystemDeviceConfiguration *self,
                                                      VzDirectoryShare *share);

G_END_DECLS
