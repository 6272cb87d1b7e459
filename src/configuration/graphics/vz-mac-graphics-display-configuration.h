/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/graphics/vz-graphics-display-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_MAC_GRAPHICS_DISPLAY_CONFIGURATION \
  (vz_mac_graphics_display_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzMacGraphicsDisplayConfiguration, vz_mac_graphics_display_configuration, VZ,
                      MAC_GRAPHICS_DISPLAY_CONFIGURATION, VzGraphicsDisplayConfiguration)

VZ_PUBLIC
VzMacGraphicsDisplayConfiguration *
vz_mac_graphics_display_configuration_new (guint width_in_pixels, guint height_in_pixels,
                                           guint pixels_per_inch);

VZ_PUBLIC
guint
vz_mac_graphics_display_configuration_get_width_in_pixels (VzMacGraphicsDisplayConfiguration *self);
VZ_PUBLIC
void
vz_mac_graphics_display_configuration_set_width_in_pixels (VzMacGraphicsDisplayConfiguration *self,
                                                           guint width_in_pixels);
VZ_PUBLIC
guint vz_mac_graphics_display_configuration_get_height_in_pixels (VzMacGraphicsDisplayConfiguration
                                                                    *self);
VZ_PUBLIC
void
vz_mac_graphics_display_configuration_set_height_in_pixels (VzMacGraphicsDisplayConfiguration *self,
                                                            guint height_in_pixels);
VZ_PUBLIC
guint
vz_mac_graphics_display_configuration_get_pixels_per_inch (VzMacGraphicsDisplayConfiguration *self);
VZ_PUBLIC
void
vz_mac_graphics_display_configuration_set_pixels_per_inch (VzMacGraphicsDisplayConfiguration *self,
                                                           guint pixels_per_inch);

G_END_DECLS
