/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-usb-mass-storage-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzUSBMassStorageDeviceConfiguration:
 *
 * A disk on the USB bus. Apple: `VZUSBMassStorageDeviceConfiguration`.
 *
 * QEMU: `usb-storage`, on `qemu-xhci`.
 *
 * Since: 0.1
 */
struct _VzUSBMassStorageDeviceConfiguration {
  VzStorageDeviceConfiguration parent_instance;

  VzStorageDeviceAttachment *attachment;
};

static const VzField fields[] = {
  VZ_OBJECT ("attachment", VzUSBMassStorageDeviceConfiguration, attachment,
             "what the device stores its data in", vz_storage_device_attachment_get_type,
             .flags = VZ_FIELD_REQUIRED),
};

VZ_DEFINE_CONFIG (VzUSBMassStorageDeviceConfiguration, vz_usb_mass_storage_device_configuration,
                  VZ_TYPE_STORAGE_DEVICE_CONFIGURATION)

/**
 * vz_usb_mass_storage_device_configuration_new:
 * @attachment: (nullable): what the device stores its data in
 *
 * Makes a USB mass storage device.
 *
 * Returns: (transfer full): the USB mass storage device
 */
VzUSBMassStorageDeviceConfiguration *
vz_usb_mass_storage_device_configuration_new (VzStorageDeviceAttachment *attachment)
{
  return g_object_new (VZ_TYPE_USB_MASS_STORAGE_DEVICE_CONFIGURATION, "attachment", attachment,
                       NULL);
}
