/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/graphics/vz-virtio-graphics-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtioGraphicsDeviceConfiguration:
 *
 * A virtio graphics device. Apple: `VZVirtioGraphicsDeviceConfiguration`.
 *
 * QEMU: `virtio-vga` on x86_64, `virtio-gpu-pci` on aarch64.
 *
 * Since: 0.1
 */
struct _VzVirtioGraphicsDeviceConfiguration {
  VzGraphicsDeviceConfiguration parent_instance;

  GPtrArray *scanouts; /* of VzVirtioGraphicsScanoutConfiguration */
};

static const VzField fields[] = {
  VZ_ARRAY ("scanouts", VzVirtioGraphicsDeviceConfiguration, scanouts, "the displays; exactly one",
            vz_virtio_graphics_scanout_configuration_get_type),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzVirtioGraphicsDeviceConfiguration *self = VZ_VIRTIO_GRAPHICS_DEVICE_CONFIGURATION (config);
  g_autofree char *found = g_strdup_printf ("%u", self->scanouts->len);

  if (self->scanouts->len != 1)
    vz_problems_add (problems, config, "scanouts", found, "must be exactly 1");
}

VZ_DEFINE_CONFIG (VzVirtioGraphicsDeviceConfiguration, vz_virtio_graphics_device_configuration,
                  VZ_TYPE_GRAPHICS_DEVICE_CONFIGURATION, .check = check)

/**
 * vz_virtio_graphics_device_configuration_new:
 *
 * Makes a virtio graphics device.
 *
 * Returns: (transfer full): the virtio graphics device
 */
VzVirtioGraphicsDeviceConfiguration *
vz_virtio_graphics_device_configuration_new (void)
{
  return g_object_new (VZ_TYPE_VIRTIO_GRAPHICS_DEVICE_CONFIGURATION, NULL);
}

VZ_ACCESS_ARRAY (VzVirtioGraphicsDeviceConfiguration, vz_virtio_graphics_device_configuration,
                 scanouts)
