/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/graphics/vz-virtio-graphics-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtioGraphicsDeviceConfiguration:
 *
 * A virtio graphics device. Apple: `VZVirtioGraphicsDeviceConfiguration`.
 */
struct _VzVirtioGraphicsDeviceConfiguration {
  VzGraphicsDeviceConfiguration parent_instance;

  GPtrArray *scanouts; /* of VzVirtioGraphicsScanoutConfiguration */
};

G_DEFINE_FINAL_TYPE (VzVirtioGraphicsDeviceConfiguration, vz_virtio_graphics_device_configuration,
                     VZ_TYPE_GRAPHICS_DEVICE_CONFIGURATION)

enum { PROP_SCANOUTS = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_ARRAY ("scanouts", VzVirtioGraphicsDeviceConfiguration, scanouts, "displays; exactly one",
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

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
  .check = check,
};

static void
vz_virtio_graphics_device_configuration_class_init (VzVirtioGraphicsDeviceConfigurationClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_virtio_graphics_device_configuration_init (VzVirtioGraphicsDeviceConfiguration *self)
{
}

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

/**
 * vz_virtio_graphics_device_configuration_get_scanouts:
 * @self: a virtio graphics device
 *
 * Returns: (transfer none) (element-type VzVirtioGraphicsScanoutConfiguration): the displays;
 *   exactly one; not to be changed
 */
/**
 * vz_virtio_graphics_device_configuration_set_scanouts:
 * @self: a virtio graphics device
 * @scanouts: (nullable) (element-type VzVirtioGraphicsScanoutConfiguration): the displays;
 *   exactly one; copied; %NULL means none
 *
 * Sets what vz_virtio_graphics_device_configuration_get_scanouts() returns.
 */
VZ_ACCESS_ARRAY (VzVirtioGraphicsDeviceConfiguration, vz_virtio_graphics_device_configuration,
                 VZ_IS_VIRTIO_GRAPHICS_DEVICE_CONFIGURATION, scanouts, PROP_SCANOUTS)
