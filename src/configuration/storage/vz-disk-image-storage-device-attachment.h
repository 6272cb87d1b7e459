/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/storage/vz-storage-device-attachment.h"

G_BEGIN_DECLS

/**
 * VzDiskImageCachingMode:
 * @VZ_DISK_IMAGE_CACHING_MODE_AUTOMATIC: vz chooses
 * @VZ_DISK_IMAGE_CACHING_MODE_UNCACHED: past the host's page cache (O_DIRECT)
 * @VZ_DISK_IMAGE_CACHING_MODE_CACHED: through the host's page cache
 *
 * Whether the host caches a disk image. Apple: `VZDiskImageCachingMode`, with the same values.
 */
typedef enum {
  VZ_DISK_IMAGE_CACHING_MODE_AUTOMATIC = 0,
  VZ_DISK_IMAGE_CACHING_MODE_UNCACHED = 1,
  VZ_DISK_IMAGE_CACHING_MODE_CACHED = 2,
} VzDiskImageCachingMode;

/**
 * VzDiskImageSynchronizationMode:
 * @VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_FULL: a flush by the guest puts data on permanent storage
 * @VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_FSYNC: a flush does what fsync() does; on Linux this is the
 *   same as full
 * @VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_NONE: flushes are ignored; the image is lost if the host
 *   crashes
 *
 * What a flush by the guest does. Apple: `VZDiskImageSynchronizationMode`, with the same values.
 */
typedef enum {
  VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_FULL = 1,
  VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_FSYNC = 2,
  VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_NONE = 3,
} VzDiskImageSynchronizationMode;

#define VZ_TYPE_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT \
  (vz_disk_image_storage_device_attachment_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzDiskImageStorageDeviceAttachment, vz_disk_image_storage_device_attachment,
                      VZ, DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT, VzStorageDeviceAttachment)

VZ_PUBLIC
VzDiskImageStorageDeviceAttachment *
vz_disk_image_storage_device_attachment_new (const char *path, gboolean read_only);

VZ_PUBLIC
const char *
vz_disk_image_storage_device_attachment_get_path (VzDiskImageStorageDeviceAttachment *self);
VZ_PUBLIC
void vz_disk_image_storage_device_attachment_set_path (VzDiskImageStorageDeviceAttachment *self,
                                                       const char *path);
VZ_PUBLIC
gboolean
vz_disk_image_storage_device_attachment_get_read_only (VzDiskImageStorageDeviceAttachment *self);
VZ_PUBLIC
void
vz_disk_image_storage_device_attachment_set_read_only (VzDiskImageStorageDeviceAttachment *self,
                                                       gboolean read_only);
VZ_PUBLIC
VzDiskImageCachingMode
vz_disk_image_storage_device_attachment_get_caching_mode (VzDiskImageStorageDeviceAttachment *self);
VZ_PUBLIC
void
vz_disk_image_storage_device_attachment_set_caching_mode (VzDiskImageStorageDeviceAttachment *self,
                                                          VzDiskImageCachingMode caching_mode);
VZ_PUBLIC
VzDiskImageSynchronizationMode vz_disk_image_storage_device_attachment_get_synchronization_mode (
  VzDiskImageStorageDeviceAttachment *self);
VZ_PUBLIC
void vz_disk_image_storage_device_attachment_set_synchronization_mode (
  VzDiskImageStorageDeviceAttachment *self, VzDiskImageSynchronizationMode synchronization_mode);

G_END_DECLS
