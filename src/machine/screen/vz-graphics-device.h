/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/screen/vz-graphics-display.h"

G_BEGIN_DECLS

#define VZ_TYPE_GRAPHICS_DEVICE (vz_graphics_device_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzGraphicsDevice, vz_graphics_device, VZ, GRAPHICS_DEVICE, GObject)

/**
 * VzGraphicsDeviceClass:
 *
 * The class of #VzGraphicsDevice.
 */
struct _VzGraphicsDeviceClass {
  GObjectClass parent_class;
};

VZ_PUBLIC
GPtrArray *vz_graphics_device_get_displays (VzGraphicsDevice *self);

G_END_DECLS
