/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/storage/vz-disk-synchronization-mode.h"
#include "configuration/storage/vz-storage-device-attachment.h"
#include "foundation/vz-file-handle.h"

G_BEGIN_DECLS

#define VZ_TYPE_DISK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT \
  (vz_disk_block_device_storage_device_attachment_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzDiskBlockDeviceStorageDeviceAttachment,
                      vz_disk_block_device_storage_device_attachment, VZ,
                      DISK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT, VzStorageDeviceAttachment)

VZ_PUBLIC
VzDiskBlockDeviceStorageDeviceAttachment *
vz_disk_block_device_storage_device_attachment_new (VzFileHandle *file_handle, gboolean read_only,
                                                    VzDiskSynchronizationMode synchronization_mode);
VZ_PUBLIC
VzDiskBlockDeviceStorageDeviceAttachment *
vz_disk_block_device_storage_device_attachment_new_for_path (
  const char *path, gboolean read_only, VzDiskSynchronizationMode synchronization_mode);

VZ_PUBLIC
VzFileHandle *vz_disk_block_device_storage_device_attachment_get_file_handle (
  VzDiskBlockDeviceStorageDeviceAttachment *self);
VZ_PUBLIC
void vz_disk_block_device_storage_device_attachment_set_file_handle (
  VzDiskBlockDeviceStorageDeviceAttachment *self, VzFileHandle *file_handle);
VZ_PUBLIC
const char *vz_disk_block_device_storage_device_attachment_get_path (
  VzDiskBlockDeviceStorageDeviceAttachment *self);
VZ_PUBLIC
void vz_disk_block_device_storage_device_attachment_set_path (
  VzDiskBlockDeviceStorageDeviceAttachment *self, const char *path);
VZ_PUBLIC
gboolean vz_disk_block_device_storage_device_attachment_get_read_only (
  VzDiskBlockDeviceStorageDeviceAttachment *self);
VZ_PUBLIC
void vz_disk_block_device_storage_device_attachment_set_read_only (
  VzDiskBlockDeviceStorageDeviceAttachment *self, gboolean read_only);
VZ_PUBLIC
VzDiskSynchronizationMode vz_disk_block_device_storage_device_attachment_get_synchronization_mode (
  VzDiskBlockDeviceStorageDeviceAttachment *self);
VZ_PUBLIC
void vz_disk_block_device_storage_device_attachment_set_synchronization_mode (
  VzDiskBlockDeviceStorageDeviceAttachment *self, VzDiskSynchronizationMode synchronization_mode);

G_END_DECLS
