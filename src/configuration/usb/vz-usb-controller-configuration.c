/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/usb/vz-usb-controller-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzUSBControllerConfiguration:
 *
 * A USB controller. Apple: `VZUSBControllerConfiguration`.
 *
 * QEMU: see its subclass.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzUSBControllerConfiguration, vz_usb_controller_configuration)

static const VzField *
field_of (VzUSBControllerConfiguration *self)
{
  return vz_config_find_field (VZ_CONFIG (self), "usb-devices");
}

/**
 * vz_usb_controller_configuration_get_usb_devices:
 * @self: a USB controller
 *
 * Returns: (transfer none) (element-type VzUSBDeviceConfiguration): the devices that are attached
 *   when the machine starts
 */
GPtrArray *
vz_usb_controller_configuration_get_usb_devices (VzUSBControllerConfiguration *self)
{
  g_return_val_if_fail (VZ_IS_USB_CONTROLLER_CONFIGURATION (self), NULL);
  return vz_field_get_pointer (VZ_CONFIG (self), field_of (self));
}

/**
 * vz_usb_controller_configuration_set_usb_devices:
 * @self: a USB controller
 * @usb_devices: (element-type VzUSBDeviceConfiguration) (nullable): the devices that are attached
 *   when the machine starts
 *
 * Sets what vz_usb_controller_configuration_get_usb_devices() returns.
 */
void
vz_usb_controller_configuration_set_usb_devices (VzUSBControllerConfiguration *self,
                                                 GPtrArray *usb_devices)
{
  g_return_if_fail (VZ_IS_USB_CONTROLLER_CONFIGURATION (self));
  vz_field_set_array (VZ_CONFIG (self), field_of (self), usb_devices);
}
