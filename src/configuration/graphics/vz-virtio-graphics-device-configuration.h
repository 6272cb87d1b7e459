/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/graphics/vz-graphics-device-configuration.h"
#include "configuration/graphics/vz-virtio-graphics-scanout-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_GRAPHICS_DEVICE_CONFIGURATION \
  (vz_virtio_graphics_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioGraphicsDeviceConfiguration, vz_virtio_graphics_device_configuration,
                      VZ, VIRTIO_GRAPHICS_DEVICE_CONFIGURATION, VzGraphicsDeviceConfiguration)

VZ_PUBLIC
VzVirtioGraphicsDeviceConfiguration *vz_virtio_graphics_device_configuration_new (void);

VZ_PUBLIC
GPtrArray *
vz_virtio_graphics_device_configuration_get_scanouts (VzVirtioGraphicsDeviceConfiguration *self);
VZ_PUBLIC
void
vz_virtio_graphics_device_configuration_set_scanouts (VzVirtioGraphicsDeviceConfiguration *self,
                                                      GPtrArray *scanouts);

G_END_DECLS
