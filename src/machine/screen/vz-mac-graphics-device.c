/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/screen/vz-mac-graphics-device.h"

/**
 * VzMacGraphicsDevice:
 *
 * The graphics device of a Mac. Apple: `VZMacGraphicsDevice`.
 *
 * QEMU: the one on the Mac's board.
 *
 * Since: 0.1
 */
struct _VzMacGraphicsDevice {
  VzGraphicsDevice parent_instance;
};

G_DEFINE_FINAL_TYPE (VzMacGraphicsDevice, vz_mac_graphics_device, VZ_TYPE_GRAPHICS_DEVICE)

static void
vz_mac_graphics_device_class_init (VzMacGraphicsDeviceClass *klass)
{
}

static void
vz_mac_graphics_device_init (VzMacGraphicsDevice *self)
{
}
