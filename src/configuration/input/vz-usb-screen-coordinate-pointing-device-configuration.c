/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/input/vz-usb-screen-coordinate-pointing-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzUSBScreenCoordinatePointingDeviceConfiguration:
 *
 * A USB pointing device that reports absolute positions on the screen. Apple:
 * `VZUSBScreenCoordinatePointingDeviceConfiguration`.
 *
 * QEMU: `usb-tablet`, on `qemu-xhci`.
 *
 * Since: 0.1
 */
struct _VzUSBScreenCoordinatePointingDeviceConfiguration {
  VzPointingDeviceConfiguration parent_instance;
};

VZ_DEFINE_BARE_CONFIG (VzUSBScreenCoordinatePointingDeviceConfiguration,
                       vz_usb_screen_coordinate_pointing_device_configuration,
                       VZ_TYPE_POINTING_DEVICE_CONFIGURATION)

/**
 * vz_usb_screen_coordinate_pointing_device_configuration_new:
 *
 * Makes a USB pointing device.
 *
 * Returns: (transfer full): the USB pointing device
 */
VzUSBScreenCoordinatePointingDeviceConfiguration *
vz_usb_screen_coordinate_pointing_device_configuration_new (void)
{
  return g_object_new (VZ_TYPE_USB_SCREEN_COORDINATE_POINTING_DEVICE_CONFIGURATION, NULL);
}
