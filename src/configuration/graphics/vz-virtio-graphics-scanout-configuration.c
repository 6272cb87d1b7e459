/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/graphics/vz-virtio-graphics-scanout-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtioGraphicsScanoutConfiguration:
 *
 * A display of a virtio graphics device, 1920x1200 by default. Apple:
 * `VZVirtioGraphicsScanoutConfiguration`.
 *
 * QEMU: `xres` and `yres` of the graphics device.
 *
 * Since: 0.1
 */
struct _VzVirtioGraphicsScanoutConfiguration {
  VzGraphicsDisplayConfiguration parent_instance;

  guint width_in_pixels;
  guint height_in_pixels;
};

static const VzField fields[] = {
  VZ_UINT ("width-in-pixels", VzVirtioGraphicsScanoutConfiguration, width_in_pixels,
           "the width in pixels", .def = 1920, .min = 320, .max = 7680),
  VZ_UINT ("height-in-pixels", VzVirtioGraphicsScanoutConfiguration, height_in_pixels,
           "the height in pixels", .def = 1200, .min = 200, .max = 4320),
};

VZ_DEFINE_CONFIG (VzVirtioGraphicsScanoutConfiguration, vz_virtio_graphics_scanout_configuration,
                  VZ_TYPE_GRAPHICS_DISPLAY_CONFIGURATION)

/**
 * vz_virtio_graphics_scanout_configuration_new:
 * @width_in_pixels: the width in pixels
 * @height_in_pixels: the height in pixels
 *
 * Makes a scanout of the given size.
 *
 * Returns: (transfer full): the scanout
 */
VzVirtioGraphicsScanoutConfiguration *
vz_virtio_graphics_scanout_configuration_new (guint width_in_pixels, guint height_in_pixels)
{
  return g_object_new (VZ_TYPE_VIRTIO_GRAPHICS_SCANOUT_CONFIGURATION, "width-in-pixels",
                       width_in_pixels, "height-in-pixels", height_in_pixels, NULL);
}

VZ_ACCESS_NUMBER (guint, VzVirtioGraphicsScanoutConfiguration,
                  vz_virtio_graphics_scanout_configuration, width_in_pixels)
VZ_ACCESS_NUMBER (guint, VzVirtioGraphicsScanoutConfiguration,
                  vz_virtio_graphics_scanout_configuration, height_in_pixels)
