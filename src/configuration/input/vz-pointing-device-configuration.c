/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/input/vz-pointing-device-configuration.h"

/**
 * VzPointingDeviceConfiguration:
 *
 * A pointing device. Apple: `VZPointingDeviceConfiguration`.
 */
G_DEFINE_ABSTRACT_TYPE (VzPointingDeviceConfiguration, vz_pointing_device_configuration,
                        VZ_TYPE_CONFIG)

static void
vz_pointing_device_configuration_class_init (VzPointingDeviceConfigurationClass *klass)
{
}

static void
vz_pointing_device_configuration_init (VzPointingDeviceConfiguration *self)
{
}
