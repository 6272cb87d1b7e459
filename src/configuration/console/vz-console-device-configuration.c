/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-console-device-configuration.h"

/**
 * VzConsoleDeviceConfiguration:
 *
 * A console device. Apple: `VZConsoleDeviceConfiguration`.
 */
G_DEFINE_ABSTRACT_TYPE (VzConsoleDeviceConfiguration, vz_console_device_configuration,
                        VZ_TYPE_CONFIG)

static void
vz_console_device_configuration_class_init (VzConsoleDeviceConfigurationClass *klass)
{
}

static void
vz_console_device_configuration_init (VzConsoleDeviceConfiguration *self)
{
}
