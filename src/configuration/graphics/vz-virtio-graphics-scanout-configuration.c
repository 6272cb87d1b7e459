/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/graphics/vz-virtio-graphics-scanout-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtioGraphicsScanoutConfiguration:
 *
 * A display of a virtio graphics device, 1920x1200 by default. Apple:
 * `VZVirtioGraphicsScanoutConfiguration`.
 */
struct _VzVirtioGraphicsScanoutConfiguration {
  VzGraphicsDisplayConfiguration parent_instance;

  guint width_in_pixels;
  guint height_in_pixels;
};

G_DEFINE_FINAL_TYPE (VzVirtioGraphicsScanoutConfiguration, vz_virtio_graphics_scanout_configuration,
                     VZ_TYPE_GRAPHICS_DISPLAY_CONFIGURATION)

enum { PROP_WIDTH_IN_PIXELS = 1, PROP_HEIGHT_IN_PIXELS, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_UINT ("width-in-pixels", VzVirtioGraphicsScanoutConfiguration, width_in_pixels, "width",
           .def = 1920, .min = 320, .max = 7680),
  VZ_UINT ("height-in-pixels", VzVirtioGraphicsScanoutConfiguration, height_in_pixels, "height",
           .def = 1200, .min = 200, .max = 4320),
};

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
};

static void
vz_virtio_graphics_scanout_configuration_class_init (VzVirtioGraphicsScanoutConfigurationClass
                                                       *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_virtio_graphics_scanout_configuration_init (VzVirtioGraphicsScanoutConfiguration *self)
{
}

/**
 * vz_virtio_graphics_scanout_configuration_new:
 * @width_in_pixels: width in pixels
 * @height_in_pixels: height in pixels
 *
 * Makes a scanout of a size.
 *
 * Returns: (transfer full): the scanout
 */
VzVirtioGraphicsScanoutConfiguration *
vz_virtio_graphics_scanout_configuration_new (guint width_in_pixels, guint height_in_pixels)
{
  return g_object_new (VZ_TYPE_VIRTIO_GRAPHICS_SCANOUT_CONFIGURATION, "width-in-pixels",
                       width_in_pixels, "height-in-pixels", height_in_pixels, NULL);
}

/**
 * vz_virtio_graphics_scanout_configuration_get_width_in_pixels:
 * @self: a scanout
 *
 * Returns: the width in pixels, 320 to 7680
 */
/**
 * vz_virtio_graphics_scanout_configuration_set_width_in_pixels:
 * @self: a scanout
 * @width_in_pixels: the width in pixels, 320 to 7680
 *
 * Sets what vz_virtio_graphics_scanout_configuration_get_width_in_pixels() returns.
 */
VZ_ACCESS_NUMBER (guint, VzVirtioGraphicsScanoutConfiguration,
                  vz_virtio_graphics_scanout_configuration,
                  VZ_IS_VIRTIO_GRAPHICS_SCANOUT_CONFIGURATION, width_in_pixels,
                  PROP_WIDTH_IN_PIXELS)

/**
 * vz_virtio_graphics_scanout_configuration_get_height_in_pixels:
 * @self: a scanout
 *
 * Returns: the height in pixels, 200 to 4320
 */
/**
 * vz_virtio_graphics_scanout_configuration_set_height_in_pixels:
 * @self: a scanout
 * @height_in_pixels: the height in pixels, 200 to 4320
 *
 * Sets what vz_virtio_graphics_scanout_configuration_get_height_in_pixels() returns.
 */
VZ_ACCESS_NUMBER (guint, VzVirtioGraphicsScanoutConfiguration,
                  vz_virtio_graphics_scanout_configuration,
                  VZ_IS_VIRTIO_GRAPHICS_SCANOUT_CONFIGURATION, height_in_pixels,
                  PROP_HEIGHT_IN_PIXELS)
