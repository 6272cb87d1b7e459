/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/graphics/vz-graphics-device-configuration.h"

/**
 * VzGraphicsDeviceConfiguration:
 *
 * A graphics device. Apple: `VZGraphicsDeviceConfiguration`.
 */
G_DEFINE_ABSTRACT_TYPE (VzGraphicsDeviceConfiguration, vz_graphics_device_configuration,
                        VZ_TYPE_CONFIG)

static void
vz_graphics_device_configuration_class_init (VzGraphicsDeviceConfigurationClass *klass)
{
}

static void
vz_graphics_device_configuration_init (VzGraphicsDeviceConfiguration *self)
{
}
