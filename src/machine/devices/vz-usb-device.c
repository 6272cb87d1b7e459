/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/devices/vz-usb-device.h"

#include "machine/devices/vz-usb-controller.h"

/**
 * VzUSBDevice:
 *
 * A USB device that a machine has, or that may be attached while it runs. Apple: the protocol
 * `VZUSBDevice`.
 *
 * QEMU: see its implementations.
 *
 * Since: 0.1
 */
G_DEFINE_INTERFACE (VzUSBDevice, vz_usb_device, G_TYPE_OBJECT)

static void
vz_usb_device_default_init (VzUSBDeviceInterface *iface)
{
}

/**
 * vz_usb_device_get_uuid:
 * @self: a USB device
 *
 * Returns: (transfer none): the UUID of its configuration. Apple: `uuid`.
 */
const char *
vz_usb_device_get_uuid (VzUSBDevice *self)
{
  g_return_val_if_fail (VZ_IS_USB_DEVICE (self), NULL);
  return VZ_USB_DEVICE_GET_IFACE (self)->get_uuid (self);
}

/**
 * vz_usb_device_get_usb_controller:
 * @self: a USB device
 *
 * Returns: (transfer none) (nullable): the controller it is attached to, which lives as long as its
 *   machine. Apple: `usbController`.
 */
VzUSBController *
vz_usb_device_get_usb_controller (VzUSBDevice *self)
{
  g_return_val_if_fail (VZ_IS_USB_DEVICE (self), NULL);
  return VZ_USB_DEVICE_GET_IFACE (self)->get_usb_controller (self);
}
