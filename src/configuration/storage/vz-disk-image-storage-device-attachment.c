/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-disk-image-storage-device-attachment.h"

#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"
#include "vz-enum-types.h"

/**
 * VzDiskImageStorageDeviceAttachment:
 *
 * A raw disk image in a file. Apple: `VZDiskImageStorageDeviceAttachment`.
 */
struct _VzDiskImageStorageDeviceAttachment {
  VzStorageDeviceAttachment parent_instance;

  char *path;
  gboolean read_only;
  VzDiskImageCachingMode caching_mode;
  VzDiskImageSynchronizationMode synchronization_mode;
};

G_DEFINE_FINAL_TYPE (VzDiskImageStorageDeviceAttachment, vz_disk_image_storage_device_attachment,
                     VZ_TYPE_STORAGE_DEVICE_ATTACHMENT)

enum { PROP_PATH = 1, PROP_READ_ONLY, PROP_CACHING_MODE, PROP_SYNCHRONIZATION_MODE, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_STRING ("path", VzDiskImageStorageDeviceAttachment, path, "raw image file",
             .flags = VZ_FIELD_REQUIRED | VZ_FIELD_PATH),
  VZ_BOOL ("read-only", VzDiskImageStorageDeviceAttachment, read_only, "the guest may only read"),
  VZ_ENUM ("caching-mode", VzDiskImageStorageDeviceAttachment, caching_mode,
           "whether the host caches the image", vz_disk_image_caching_mode_get_type,
           .def = VZ_DISK_IMAGE_CACHING_MODE_AUTOMATIC),
  VZ_ENUM ("synchronization-mode", VzDiskImageStorageDeviceAttachment, synchronization_mode,
           "what a flush of the guest does", vz_disk_image_synchronization_mode_get_type,
           .def = VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_FULL),
};
_Static_assert(G_N_ELEMENTS (fields) == N_PROPS - 1, "a row for each property");

static void
check (VzConfig *config, VzProblems *problems)
{
  VzDiskImageStorageDeviceAttachment *self = VZ_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (config);

  vz_check_disk_image (problems, config, "path", self->path, !self->read_only);
}

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
  .check = check,
};

static void
vz_disk_image_storage_device_attachment_class_init (VzDiskImageStorageDeviceAttachmentClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_disk_image_storage_device_attachment_init (VzDiskImageStorageDeviceAttachment *self)
{
}

/**
 * vz_disk_image_storage_device_attachment_new:
 * @path: (type filename): the image file
 * @read_only: whether the guest may only read
 *
 * Makes an attachment with automatic caching and full synchronization. Whether the file is usable
 * is told by validation, not here.
 *
 * Returns: (transfer full): the disk image
 */
VzDiskImageStorageDeviceAttachment *
vz_disk_image_storage_device_attachment_new (const char *path, gboolean read_only)
{
  return g_object_new (VZ_TYPE_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT, "path", path, "read-only",
                       read_only, NULL);
}

/**
 * vz_disk_image_storage_device_attachment_get_path:
 * @self: a disk image
 *
 * Returns: (nullable) (type filename): the image file: raw, its size a multiple of 512 bytes
 */
/**
 * vz_disk_image_storage_device_attachment_set_path:
 * @self: a disk image
 * @path: (nullable) (type filename): the image file: raw, its size a multiple of 512 bytes
 *
 * Sets what vz_disk_image_storage_device_attachment_get_path() returns.
 */
VZ_ACCESS_STRING (VzDiskImageStorageDeviceAttachment, vz_disk_image_storage_device_attachment,
                  VZ_IS_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT, path, PROP_PATH)

/**
 * vz_disk_image_storage_device_attachment_get_read_only:
 * @self: a disk image
 *
 * Returns: whether the guest may only read
 */
/**
 * vz_disk_image_storage_device_attachment_set_read_only:
 * @self: a disk image
 * @read_only: whether the guest may only read
 *
 * Sets what vz_disk_image_storage_device_attachment_get_read_only() returns.
 */
VZ_ACCESS_NUMBER (gboolean, VzDiskImageStorageDeviceAttachment,
                  vz_disk_image_storage_device_attachment,
                  VZ_IS_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT, read_only, PROP_READ_ONLY)

/**
 * vz_disk_image_storage_device_attachment_get_caching_mode:
 * @self: a disk image
 *
 * Returns: whether the host caches the image
 */
/**
 * vz_disk_image_storage_device_attachment_set_caching_mode:
 * @self: a disk image
 * @caching_mode: whether the host caches the image
 *
 * Sets what vz_disk_image_storage_device_attachment_get_caching_mode() returns.
 */
VZ_ACCESS_NUMBER (VzDiskImageCachingMode, VzDiskImageStorageDeviceAttachment,
                  vz_disk_image_storage_device_attachment,
                  VZ_IS_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT, caching_mode, PROP_CACHING_MODE)

/**
 * vz_disk_image_storage_device_attachment_get_synchronization_mode:
 * @self: a disk image
 *
 * Returns: what a flush of the guest does
 */
/**
 * vz_disk_image_storage_device_attachment_set_synchronization_mode:
 * @self: a disk image
 * @synchronization_mode: what a flush of the guest does
 *
 * Sets what vz_disk_image_storage_device_attachment_get_synchronization_mode() returns.
 */
VZ_ACCESS_NUMBER (VzDiskImageSynchronizationMode, VzDiskImageStorageDeviceAttachment,
                  vz_disk_image_storage_device_attachment,
                  VZ_IS_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT, synchronization_mode,
                  PROP_SYNCHRONIZATION_MODE)
