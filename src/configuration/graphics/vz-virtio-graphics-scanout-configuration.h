/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/graphics/vz-graphics-display-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_GRAPHICS_SCANOUT_CONFIGURATION \
  (vz_virtio_graphics_scanout_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioGraphicsScanoutConfiguration,
                      vz_virtio_graphics_scanout_configuration, VZ,
                      VIRTIO_GRAPHICS_SCANOUT_CONFIGURATION, VzGraphicsDisplayConfiguration)

VZ_PUBLIC
VzVirtioGraphicsScanoutConfiguration *
vz_virtio_graphics_scanout_configuration_new (guint width_in_pixels, guint height_in_pixels);

VZ_PUBLIC
guint vz_virtio_graphics_scanout_configuration_get_width_in_pixels (
  VzVirtioGraphicsScanoutConfiguration *self);
VZ_PUBLIC
void vz_virtio_graphics_scanout_configuration_set_width_in_pixels (
  VzVirtioGraphicsScanoutConfiguration *self, guint width_in_pixels);
VZ_PUBLIC
guint vz_virtio_graphics_scanout_configuration_get_height_in_pixels (
  VzVirtioGraphicsScanoutConfiguration *self);
VZ_PUBLIC
void vz_virtio_graphics_scanout_configuration_set_height_in_pixels (
  VzVirtioGraphicsScanoutConfiguration *self, guint height_in_pixels);

G_END_DECLS
