/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/screen/vz-virtio-graphics-device.h"

/**
 * VzVirtioGraphicsDevice:
 *
 * A virtio graphics device of a machine. Apple: `VZVirtioGraphicsDevice`.
 *
 * QEMU: `virtio-vga` or `virtio-gpu-pci`.
 *
 * Since: 0.1
 */
struct _VzVirtioGraphicsDevice {
  VzGraphicsDevice parent_instance;
};

G_DEFINE_FINAL_TYPE (VzVirtioGraphicsDevice, vz_virtio_graphics_device, VZ_TYPE_GRAPHICS_DEVICE)

static void
vz_virtio_graphics_device_class_init (VzVirtioGraphicsDeviceClass *klass)
{
}

static void
vz_virtio_graphics_device_init (VzVirtioGraphicsDevice *self)
{
}
