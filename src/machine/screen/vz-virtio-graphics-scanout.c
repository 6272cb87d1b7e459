/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/screen/vz-virtio-graphics-scanout.h"

/**
 * VzVirtioGraphicsScanout:
 *
 * A display of a virtio graphics device. Apple: `VZVirtioGraphicsScanout`.
 *
 * QEMU: as #VzGraphicsDisplay.
 *
 * Since: 0.1
 */
struct _VzVirtioGraphicsScanout {
  VzGraphicsDisplay parent_instance;
};

G_DEFINE_FINAL_TYPE (VzVirtioGraphicsScanout, vz_virtio_graphics_scanout, VZ_TYPE_GRAPHICS_DISPLAY)

static void
vz_virtio_graphics_scanout_class_init (VzVirtioGraphicsScanoutClass *klass)
{
}

static void
vz_virtio_graphics_scanout_init (VzVirtioGraphicsScanout *self)
{
}
