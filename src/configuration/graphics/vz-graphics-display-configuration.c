/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/graphics/vz-graphics-display-configuration.h"

/**
 * VzGraphicsDisplayConfiguration:
 *
 * A display of a graphics device. Apple: `VZGraphicsDisplayConfiguration`.
 */
G_DEFINE_ABSTRACT_TYPE (VzGraphicsDisplayConfiguration, vz_graphics_display_configuration,
                        VZ_TYPE_CONFIG)

static void
vz_graphics_display_configuration_class_init (VzGraphicsDisplayConfigurationClass *klass)
{
}

static void
vz_graphics_display_configuration_init (VzGraphicsDisplayConfiguration *self)
{
}
