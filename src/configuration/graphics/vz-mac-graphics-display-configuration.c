/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/graphics/vz-mac-graphics-display-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzMacGraphicsDisplayConfiguration:
 *
 * A display of a Mac graphics device, 1920x1200 at 80 pixels per inch by default. Apple:
 * `VZMacGraphicsDisplayConfiguration`.
 */
struct _VzMacGraphicsDisplayConfiguration {
  VzGraphicsDisplayConfiguration parent_instance;

  guint width_in_pixels;
  guint height_in_pixels;
  guint pixels_per_inch;
};

G_DEFINE_FINAL_TYPE (VzMacGraphicsDisplayConfiguration, vz_mac_graphics_display_configuration,
                     VZ_TYPE_GRAPHICS_DISPLAY_CONFIGURATION)

enum { PROP_WIDTH_IN_PIXELS = 1, PROP_HEIGHT_IN_PIXELS, PROP_PIXELS_PER_INCH, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_UINT ("width-in-pixels", VzMacGraphicsDisplayConfiguration, width_in_pixels, "width",
           .def = 1920, .min = 320, .max = 7680),
  VZ_UINT ("height-in-pixels", VzMacGraphicsDisplayConfiguration, height_in_pixels, "height",
           .def = 1200, .min = 200, .max = 4320),
  VZ_UINT ("pixels-per-inch", VzMacGraphicsDisplayConfiguration, pixels_per_inch, "pixels per inch",
           .def = 80, .min = 10, .max = 1000),
};

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
};

static void
vz_mac_graphics_display_configuration_class_init (VzMacGraphicsDisplayConfigurationClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_mac_graphics_display_configuration_init (VzMacGraphicsDisplayConfiguration *self)
{
}

/**
 * vz_mac_graphics_display_configuration_new:
 * @width_in_pixels: width in pixels
 * @height_in_pixels: height in pixels
 * @pixels_per_inch: pixels per inch
 *
 * Makes a display of a size.
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

/**
 * vz_mac_graphics_display_configuration_get_width_in_pixels:
 * @self: a display
 *
 * Returns: the width in pixels, 320 to 7680
 */
/**
 * vz_mac_graphics_display_configuration_set_width_in_pixels:
 * @self: a display
 * @width_in_pixels: the width in pixels, 320 to 7680
 *
 * Sets what vz_mac_graphics_display_configuration_get_width_in_pixels() returns.
 */
VZ_ACCESS_NUMBER (guint, VzMacGraphicsDisplayConfiguration, vz_mac_graphics_display_configuration,
                  VZ_IS_MAC_GRAPHICS_DISPLAY_CONFIGURATION, width_in_pixels, PROP_WIDTH_IN_PIXELS)

/**
 * vz_mac_graphics_display_configuration_get_height_in_pixels:
 * @self: a display
 *
 * Returns: the height in pixels, 200 to 4320
 */
/**
 * vz_mac_graphics_display_configuration_set_height_in_pixels:
 * @self: a display
 * @height_in_pixels: the height in pixels, 200 to 4320
 *
 * Sets what vz_mac_graphics_display_configuration_get_height_in_pixels() returns.
 */
VZ_ACCESS_NUMBER (guint, VzMacGraphicsDisplayConfiguration, vz_mac_graphics_display_configuration,
                  VZ_IS_MAC_GRAPHICS_DISPLAY_CONFIGURATION, height_in_pixels, PROP_HEIGHT_IN_PIXELS)

/**
 * vz_mac_graphics_display_configuration_get_pixels_per_inch:
 * @self: a display
 *
 * Returns: pixels per inch, 10 to 1000
 */
/**
 * vz_mac_graphics_display_configuration_set_pixels_per_inch:
 * @self: a display
 * @pixels_per_inch: pixels per inch, 10 to 1000
 *
 * Sets what vz_mac_graphics_display_configuration_get_pixels_per_inch() returns.
 */
VZ_ACCESS_NUMBER (guint, VzMacGraphicsDisplayConfiguration, vz_mac_graphics_display_configuration,
                  VZ_IS_MAC_GRAPHICS_DISPLAY_CONFIGURATION, pixels_per_inch, PROP_PIXELS_PER_INCH)
