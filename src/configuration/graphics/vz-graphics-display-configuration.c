/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/graphics/vz-graphics-display-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzGraphicsDisplayConfiguration:
 *
 * A display of a graphics device. Apple: `VZGraphicsDisplayConfiguration`.
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzGraphicsDisplayConfiguration, vz_graphics_display_configuration)
