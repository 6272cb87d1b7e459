/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/graphics/vz-mac-graphics-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzMacGraphicsDeviceConfiguration:
 *
 * The graphics device of macOS guests. Apple: `VZMacGraphicsDeviceConfiguration`.
 *
 * QEMU: `virtio-vga` on x86_64, `virtio-gpu-pci` on aarch64.
 *
 * Since: 0.1
 */
struct _VzMacGraphicsDeviceConfiguration {
  VzGraphicsDeviceConfiguration parent_instance;

  GPtrArray *displays; /* of VzMacGraphicsDisplayConfiguration */
};

static const VzField fields[] = {
  VZ_ARRAY ("displays", VzMacGraphicsDeviceConfiguration, displays, "the displays; at most one",
            vz_mac_graphics_display_configuration_get_type),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzMacGraphicsDeviceConfiguration *self = VZ_MAC_GRAPHICS_DEVICE_CONFIGURATION (config);
  g_autofree char *found = g_strdup_printf ("%u", self->displays->len);

  if (self->displays->len > 1)
    vz_problems_add (problems, config, "displays", found, "must be at most 1");
}

VZ_DEFINE_CONFIG (VzMacGraphicsDeviceConfiguration, vz_mac_graphics_device_configuration,
                  VZ_TYPE_GRAPHICS_DEVICE_CONFIGURATION, .check = check)

/**
 * vz_mac_graphics_device_configuration_new:
 *
 * Makes a Mac graphics device.
 *
 * Returns: (transfer full): the Mac graphics device
 */
VzMacGraphicsDeviceConfiguration *
vz_mac_graphics_device_configuration_new (void)
{
  return g_object_new (VZ_TYPE_MAC_GRAPHICS_DEVICE_CONFIGURATION, NULL);
}

VZ_ACCESS_ARRAY (VzMacGraphicsDeviceConfiguration, vz_mac_graphics_device_configuration, displays)
