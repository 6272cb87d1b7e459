/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/graphics/vz-graphics-device-configuration.h"
#include "configuration/graphics/vz-mac-graphics-display-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_MAC_GRAPHICS_DEVICE_CONFIGURATION (vz_mac_graphics_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzMacGraphicsDeviceConfiguration, vz_mac_graphics_device_configuration, VZ,
                      MAC_GRAPHICS_DEVICE_CONFIGURATION, VzGraphicsDeviceConfiguration)

VZ_PUBLIC
VzMacGraphicsDeviceConfiguration *vz_mac_graphics_device_configuration_new (void);

VZ_PUBLIC
GPtrArray *
vz_mac_graphics_device_configuration_get_displays (VzMacGraphicsDeviceConfiguration *self);
VZ_PUBLIC
void vz_mac_graphics_device_configuration_set_displays (VzMacGraphicsDeviceConfiguration *self,
                                                        GPtrArray *displays);

G_END_DECLS
