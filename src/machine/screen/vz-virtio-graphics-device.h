/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/screen/vz-graphics-device.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_GRAPHICS_DEVICE (vz_virtio_graphics_device_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioGraphicsDevice, vz_virtio_graphics_device, VZ, VIRTIO_GRAPHICS_DEVICE,
                      VzGraphicsDevice)

G_END_DECLS
