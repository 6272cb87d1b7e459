/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "configuration/sharing/vz-directory-share.h"
#include "machine/devices/vz-directory-sharing-device.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_FILE_SYSTEM_DEVICE (vz_virtio_file_system_device_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioFileSystemDevice, vz_virtio_file_system_device, VZ,
                      VIRTIO_FILE_SYSTEM_DEVICE, VzDirectorySharingDevice)

VZ_PUBLIC
const char *vz_virtio_file_system_device_get_tag (VzVirtioFileSystemDevice *self);
VZ_PUBLIC
VzDirectoryShare *vz_virtio_file_system_device_get_share (VzVirtioFileSystemDevice *self);
VZ_PUBLIC
gboolean vz_virtio_file_system_device_change_share (VzVirtioFileSystemDevice *self,
                                                    VzDirectoryShare *share,
                                                    GCancellable *cancellable, GError **error);

G_END_DECLS
