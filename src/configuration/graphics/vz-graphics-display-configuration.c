/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/graphics/vz-graphics-display-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzGraphicsDisplayConfiguration:
 *
 * A display of a graphics device. Apple: `VZGraphicsDisplayConfiguration`.
 *
 * QEMU: the size of the first one is that of the device.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzGraphicsDisplayConfiguration, vz_graphics_display_configuration)
