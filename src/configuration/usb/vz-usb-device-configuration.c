/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/usb/vz-usb-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzUSBDeviceConfiguration:
 *
 * A device that can be attached to a USB controller. Apple: the protocol
 * `VZUSBDeviceConfiguration`.
 *
 * QEMU: see its implementations; the UUID is in the name of the device.
 *
 * Since: 0.1
 */
G_DEFINE_INTERFACE (VzUSBDeviceConfiguration, vz_usb_device_configuration, VZ_TYPE_CONFIG)

static void
vz_usb_device_configuration_default_init (VzUSBDeviceConfigurationInterface *iface)
{
}

/**
 * vz_usb_device_configuration_get_uuid:
 * @self: a USB device
 *
 * Returns: (transfer none) (nullable): the UUID that identifies the device; a new device has a
 *   random one
 */
const char *
vz_usb_device_configuration_get_uuid (VzUSBDeviceConfiguration *self)
{
  g_return_val_if_fail (VZ_IS_USB_DEVICE_CONFIGURATION (self), NULL);
  return vz_field_get_pointer (VZ_CONFIG (self), vz_config_find_field (VZ_CONFIG (self), "uuid"));
}

/**
 * vz_usb_device_configuration_set_uuid:
 * @self: a USB device
 * @uuid: (nullable): the UUID that identifies the device
 *
 * Sets what vz_usb_device_configuration_get_uuid() returns.
 */
void
vz_usb_device_configuration_set_uuid (VzUSBDeviceConfiguration *self, const char *uuid)
{
  g_return_if_fail (VZ_IS_USB_DEVICE_CONFIGURATION (self));
  vz_field_set_string (VZ_CONFIG (self), vz_config_find_field (VZ_CONFIG (self), "uuid"), uuid);
}
