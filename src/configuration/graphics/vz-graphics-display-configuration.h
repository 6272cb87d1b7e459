/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_GRAPHICS_DISPLAY_CONFIGURATION (vz_graphics_display_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzGraphicsDisplayConfiguration, vz_graphics_display_configuration, VZ,
                          GRAPHICS_DISPLAY_CONFIGURATION, VzConfig)

/**
 * VzGraphicsDisplayConfigurationClass:
 *
 * The class of #VzGraphicsDisplayConfiguration.
 */
struct _VzGraphicsDisplayConfigurationClass {
  VzConfigClass parent_class;
};

G_END_DECLS
