/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/graphics/vz-mac-graphics-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzMacGraphicsDeviceConfiguration:
 *
 * The graphics device of macOS guests. Apple: `VZMacGraphicsDeviceConfiguration`.
 */
struct _VzMacGraphicsDeviceConfiguration {
  VzGraphicsDeviceConfiguration parent_instance;

  GPtrArray *displays; /* of VzMacGraphicsDisplayConfiguration */
};

G_DEFINE_FINAL_TYPE (VzMacGraphicsDeviceConfiguration, vz_mac_graphics_device_configuration,
                     VZ_TYPE_GRAPHICS_DEVICE_CONFIGURATION)

enum { PROP_DISPLAYS = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_ARRAY ("displays", VzMacGraphicsDeviceConfiguration, displays, "displays; at most one",
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

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
  .check = check,
};

static void
vz_mac_graphics_device_configuration_class_init (VzMacGraphicsDeviceConfigurationClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_mac_graphics_device_configuration_init (VzMacGraphicsDeviceConfiguration *self)
{
}

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

/**
 * vz_mac_graphics_device_configuration_get_displays:
 * @self: a Mac graphics device
 *
 * Returns: (transfer none) (element-type VzMacGraphicsDisplayConfiguration): the displays; at
 *   most one; not to be changed
 */
/**
 * vz_mac_graphics_device_configuration_set_displays:
 * @self: a Mac graphics device
 * @displays: (nullable) (element-type VzMacGraphicsDisplayConfiguration): the displays; at most
 *   one; copied; %NULL means none
 *
 * Sets what vz_mac_graphics_device_configuration_get_displays() returns.
 */
VZ_ACCESS_ARRAY (VzMacGraphicsDeviceConfiguration, vz_mac_graphics_device_configuration,
                 VZ_IS_MAC_GRAPHICS_DEVICE_CONFIGURATION, displays, PROP_DISPLAYS)
