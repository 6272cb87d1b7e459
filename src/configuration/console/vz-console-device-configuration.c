/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-console-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzConsoleDeviceConfiguration:
 *
 * A console device. Apple: `VZConsoleDeviceConfiguration`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzConsoleDeviceConfiguration, vz_console_device_configuration)
