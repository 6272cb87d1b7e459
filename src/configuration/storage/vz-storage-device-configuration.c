/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-storage-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzStorageDeviceConfiguration:
 *
 * A storage device. Apple: `VZStorageDeviceConfiguration`.
 */
G_DEFINE_ABSTRACT_TYPE (VzStorageDeviceConfiguration, vz_storage_device_configuration,
                        VZ_TYPE_CONFIG)

static void
vz_storage_device_configuration_class_init (VzStorageDeviceConfigurationClass *klass)
{
}

static void
vz_storage_device_configuration_init (VzStorageDeviceConfiguration *self)
{
}

/**
 * vz_storage_device_configuration_get_attachment:
 * @self: a storage device
 *
 * Returns: (transfer none) (nullable): what the device stores its data in; required
 */
/**
 * vz_storage_device_configuration_set_attachment:
 * @self: a storage device
 * @attachment: (nullable): what the device stores its data in; required
 *
 * Sets what vz_storage_device_configuration_get_attachment() returns.
 */
VZ_ACCESS_INHERITED_OBJECT (VzStorageDeviceAttachment, VzStorageDeviceConfiguration,
                            vz_storage_device_configuration, VZ_IS_STORAGE_DEVICE_CONFIGURATION,
                            attachment, "attachment")
