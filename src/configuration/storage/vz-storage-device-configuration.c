/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-storage-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzStorageDeviceConfiguration:
 *
 * A storage device. Apple: `VZStorageDeviceConfiguration`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzStorageDeviceConfiguration, vz_storage_device_configuration)

/**
 * vz_storage_device_configuration_get_attachment:
 * @self: a storage device
 *
 * Returns: (transfer none) (nullable): where the device stores its data; required
 */
/**
 * vz_storage_device_configuration_set_attachment:
 * @self: a storage device
 * @attachment: (nullable): where the device stores its data; required
 *
 * Sets what vz_storage_device_configuration_get_attachment() returns.
 */
VZ_ACCESS_INHERITED_OBJECT (VzStorageDeviceAttachment, VzStorageDeviceConfiguration,
                            vz_storage_device_configuration, attachment, "attachment")

/**
 * vz_storage_device_configuration_get_disk_image:
 * @self: a storage device
 *
 * Not in Apple's framework.
 *
 * Returns: (transfer none) (nullable): the attachment, or %NULL when there is none or it is not a
 *   disk image
 */
VzDiskImageStorageDeviceAttachment *
vz_storage_device_configuration_get_disk_image (VzStorageDeviceConfiguration *self)
{
  VzStorageDeviceAttachment *attachment = vz_storage_device_configuration_get_attachment (self);

  return VZ_IS_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (attachment)
           ? VZ_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (attachment)
           : NULL;
}
