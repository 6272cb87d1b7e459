/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/usb/vz-usb-device-configuration.h"
#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_USB_CONTROLLER_CONFIGURATION (vz_usb_controller_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzUSBControllerConfiguration, vz_usb_controller_configuration, VZ,
                          USB_CONTROLLER_CONFIGURATION, VzConfig)

/**
 * VzUSBControllerConfigurationClass:
 *
 * The class of #VzUSBControllerConfiguration.
 */
struct _VzUSBControllerConfigurationClass {
  VzConfigClass parent_class;
};

VZ_PUBLIC
GPtrArray *vz_usb_controller_configuration_get_usb_devices (VzUSBControllerConfiguration *self);
VZ_PUBLIC
void vz_usb_controller_configuration_set_usb_devices (VzUSBControllerConfiguration *self,
                                                      GPtrArray *usb_devices);

G_END_DECLS
