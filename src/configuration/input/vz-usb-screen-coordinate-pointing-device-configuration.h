/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/input/vz-pointing-device-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_USB_SCREEN_COORDINATE_POINTING_DEVICE_CONFIGURATION \
  (vz_usb_screen_coordinate_pointing_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzUSBScreenCoordinatePointingDeviceConfiguration,
                      vz_usb_screen_coordinate_pointing_device_configuration, VZ,
                      USB_SCREEN_COORDINATE_POINTING_DEVICE_CONFIGURATION,
                      VzPointingDeviceConfiguration)

VZ_PUBLIC
VzUSBScreenCoordinatePointingDeviceConfiguration *
vz_usb_screen_coordinate_pointing_device_configuration_new (void);

G_END_DECLS
