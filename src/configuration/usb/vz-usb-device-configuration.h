/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_USB_DEVICE_CONFIGURATION (vz_usb_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_INTERFACE (VzUSBDeviceConfiguration, vz_usb_device_configuration, VZ,
                     USB_DEVICE_CONFIGURATION, VzConfig)

/**
 * VzUSBDeviceConfigurationInterface:
 *
 * The interface of #VzUSBDeviceConfiguration. Its implementations have its properties.
 */
struct _VzUSBDeviceConfigurationInterface {
  GTypeInterface parent_interface;
};

VZ_PUBLIC
const char *vz_usb_device_configuration_get_uuid (VzUSBDeviceConfiguration *self);
VZ_PUBLIC
void vz_usb_device_configuration_set_uuid (VzUSBDeviceConfiguration *self, const char *uuid);

G_END_DECLS
