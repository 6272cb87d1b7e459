/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/graphics/vz-graphics-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzGraphicsDeviceConfiguration:
 *
 * A graphics device. Apple: `VZGraphicsDeviceConfiguration`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzGraphicsDeviceConfiguration, vz_graphics_device_configuration)
