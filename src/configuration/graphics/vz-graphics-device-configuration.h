/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_GRAPHICS_DEVICE_CONFIGURATION (vz_graphics_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzGraphicsDeviceConfiguration, vz_graphics_device_configuration, VZ,
                          GRAPHICS_DEVICE_CONFIGURATION, VzConfig)

/**
 * VzGraphicsDeviceConfigurationClass:
 *
 * The class of #VzGraphicsDeviceConfiguration.
 */
struct _VzGraphicsDeviceConfigurationClass {
  VzConfigClass parent_class;
};

G_END_DECLS
