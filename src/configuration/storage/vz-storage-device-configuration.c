/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-storage-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzStorageDeviceConfiguration:
 *
 * A storage device. Apple: `VZStorageDeviceConfiguration`.
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzStorageDeviceConfiguration, vz_storage_device_configuration)

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
                            vz_storage_device_configuration, attachment, "attachment")
