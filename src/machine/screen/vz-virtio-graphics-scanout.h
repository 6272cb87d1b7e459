/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/screen/vz-graphics-display.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_GRAPHICS_SCANOUT (vz_virtio_graphics_scanout_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioGraphicsScanout, vz_virtio_graphics_scanout, VZ,
                      VIRTIO_GRAPHICS_SCANOUT, VzGraphicsDisplay)

G_END_DECLS
