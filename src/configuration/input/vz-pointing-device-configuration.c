/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/input/vz-pointing-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzPointingDeviceConfiguration:
 *
 * A pointing device. Apple: `VZPointingDeviceConfiguration`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzPointingDeviceConfiguration, vz_pointing_device_configuration)
