/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-disk-image-storage-device-attachment.h"

#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"
#include "vz-enum-types.h"

/**
 * VzDiskImageStorageDeviceAttachment:
 *
 * A raw disk image in a file. Apple: `VZDiskImageStorageDeviceAttachment`.
 *
 * QEMU: `-blockdev` with the drivers `raw` and `file`.
 *
 * Since: 0.1
 */
struct _VzDiskImageStorageDeviceAttachment {
  VzStorageDeviceAttachment parent_instance;

  char *path;
  gboolean read_only;
  VzDiskImageCachingMode caching_mode;
  VzDiskImageSynchronizationMode synchronization_mode;
};

static const VzField fields[] = {
  VZ_STRING ("path", VzDiskImageStorageDeviceAttachment, path,
             "the image file: raw, its size a multiple of 512 bytes",
             .flags = VZ_FIELD_REQUIRED | VZ_FIELD_PATH),
  VZ_BOOL ("read-only", VzDiskImageStorageDeviceAttachment, read_only,
           "whether the guest may only read"),
  VZ_ENUM ("caching-mode", VzDiskImageStorageDeviceAttachment, caching_mode,
           "whether the host caches the image", vz_disk_image_caching_mode_get_type,
           .def = VZ_DISK_IMAGE_CACHING_MODE_AUTOMATIC),
  VZ_ENUM ("synchronization-mode", VzDiskImageStorageDeviceAttachment, synchronization_mode,
           "what a flush by the guest does", vz_disk_image_synchronization_mode_get_type,
           .def = VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_FULL),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzDiskImageStorageDeviceAttachment *self = VZ_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (config);

  vz_check_disk_image (problems, config, "path", self->path, !self->read_only);
}

VZ_DEFINE_CONFIG (VzDiskImageStorageDeviceAttachment, vz_disk_image_storage_device_attachment,
                  VZ_TYPE_STORAGE_DEVICE_ATTACHMENT, .check = check)

/**
 * vz_disk_image_storage_device_attachment_new:
 * @path: (type filename): the image file
 * @read_only: whether the guest may only read
 *
 * Makes an attachment with automatic caching and full synchronization. Validation checks whether
 * the file is usable; this function does not.
 *
 * Returns: (transfer full): the disk image
 */
VzDiskImageStorageDeviceAttachment *
vz_disk_image_storage_device_attachment_new (const char *path, gboolean read_only)
{
  return g_object_new (VZ_TYPE_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT, "path", path, "read-only",
                       read_only, NULL);
}

VZ_ACCESS_STRING (VzDiskImageStorageDeviceAttachment, vz_disk_image_storage_device_attachment, path)
VZ_ACCESS_NUMBER (gboolean, VzDiskImageStorageDeviceAttachment,
                  vz_disk_image_storage_device_attachment, read_only)
VZ_ACCESS_NUMBER (VzDiskImageCachingMode, VzDiskImageStorageDeviceAttachment,
                  vz_disk_image_storage_device_attachment, caching_mode)
VZ_ACCESS_NUMBER (VzDiskImageSynchronizationMode, VzDiskImageStorageDeviceAttachment,
                  vz_disk_image_storage_device_attachment, synchronization_mode)
