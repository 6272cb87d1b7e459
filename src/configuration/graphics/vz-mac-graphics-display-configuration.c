/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/graphics/vz-mac-graphics-display-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzMacGraphicsDisplayConfiguration:
 *
 * A display of a Mac graphics device, 1920x1200 at 80 pixels per inch by default. Apple:
 * `VZMacGraphicsDisplayConfiguration`.
 *
 * QEMU: `xres` and `yres` of the graphics device.
 *
 * Since: 0.1
 */
struct _VzMacGraphicsDisplayConfiguration {
  VzGraphicsDisplayConfiguration parent_instance;

  guint width_in_pixels;
  guint height_in_pixels;
  guint pixels_per_inch;
};

static const VzField fields[] = {
  VZ_UINT ("width-in-pixels", VzMacGraphicsDisplayConfiguration, width_in_pixels,
           "the width in pixels", .def = 1920, .min = 320, .max = 7680),
  VZ_UINT ("height-in-pixels", VzMacGraphicsDisplayConfiguration, height_in_pixels,
           "the height in pixels", .def = 1200, .min = 200, .max = 4320),
  VZ_UINT ("pixels-per-inch", VzMacGraphicsDisplayConfiguration, pixels_per_inch,
           "the pixels per inch", .def = 80, .min = 10, .max = 1000),
};

VZ_DEFINE_CONFIG (VzMacGraphicsDisplayConfiguration, vz_mac_graphics_display_configuration,
                  VZ_TYPE_GRAPHICS_DISPLAY_CONFIGURATION)

/**
 * vz_mac_graphics_display_configuration_new:
 * @width_in_pixels: the width in pixels
 * @height_in_pixels: the height in pixels
 * @pixels_per_inch: the number of pixels per inch
 *
 * Makes a display of the given size.
 *
 * Returns: (transfer full): the display
 */
VzMacGraphicsDisplayConfiguration *
vz_mac_graphics_display_configuration_new (guint width_in_pixels, guint height_in_pixels,
                                           guint pixels_per_inch)
{
  return g_object_new (VZ_TYPE_MAC_GRAPHICS_DISPLAY_CONFIGURATION, "width-in-pixels",
                       width_in_pixels, "height-in-pixels", height_in_pixels, "pixels-per-inch",
                       pixels_per_inch, NULL);
}

VZ_ACCESS_NUMBER (guint, VzMacGraphicsDisplayConfiguration, vz_mac_graphics_display_configuration,
                  width_in_pixels)
VZ_ACCESS_NUMBER (guint, VzMacGraphicsDisplayConfiguration, vz_mac_graphics_display_configuration,
                  height_in_pixels)
VZ_ACCESS_NUMBER (guint, VzMacGraphicsDisplayConfiguration, vz_mac_graphics_display_configuration,
                  pixels_per_inch)
