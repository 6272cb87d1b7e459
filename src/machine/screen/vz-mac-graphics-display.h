/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/screen/vz-graphics-display.h"

G_BEGIN_DECLS

#define VZ_TYPE_MAC_GRAPHICS_DISPLAY (vz_mac_graphics_display_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzMacGraphicsDisplay, vz_mac_graphics_display, VZ, MAC_GRAPHICS_DISPLAY,
                      VzGraphicsDisplay)

VZ_PUBLIC
guint vz_mac_graphics_display_get_pixels_per_inch (VzMacGraphicsDisplay *self);

G_END_DECLS
