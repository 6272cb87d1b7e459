/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-virtio-console-device-configuration.h"

#include "foundation/vz-field.h"

/**
 * VzVirtioConsoleDeviceConfiguration:
 *
 * A virtio console device with any number of ports. Apple: `VZVirtioConsoleDeviceConfiguration`.
 */
struct _VzVirtioConsoleDeviceConfiguration {
  VzConsoleDeviceConfiguration parent_instance;

  GPtrArray *ports; /* of VzVirtioConsolePortConfiguration */
  guint maximum_port_count;
};

G_DEFINE_FINAL_TYPE (VzVirtioConsoleDeviceConfiguration, vz_virtio_console_device_configuration,
                     VZ_TYPE_CONSOLE_DEVICE_CONFIGURATION)

enum { PROP_PORTS = 1, PROP_MAXIMUM_PORT_COUNT, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_ARRAY ("ports", VzVirtioConsoleDeviceConfiguration, ports, "ports, by their number",
            vz_virtio_console_port_configuration_get_type),
  VZ_UINT ("maximum-port-count", VzVirtioConsoleDeviceConfiguration, maximum_port_count,
           "ports the guest is told of; 0: as many as there are", .max = 31),
};

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
};

static void
vz_virtio_console_device_configuration_class_init (VzVirtioConsoleDeviceConfigurationClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_virtio_console_device_configuration_init (VzVirtioConsoleDeviceConfiguration *self)
{
}

/**
 * vz_virtio_console_device_configuration_new:
 *
 * Makes a virtio console device.
 *
 * Returns: (transfer full): the virtio console device
 */
VzVirtioConsoleDeviceConfiguration *
vz_virtio_console_device_configuration_new (void)
{
  return g_object_new (VZ_TYPE_VIRTIO_CONSOLE_DEVICE_CONFIGURATION, NULL);
}

/**
 * vz_virtio_console_device_configuration_get_ports:
 * @self: a virtio console device
 *
 * Returns: (transfer none) (element-type VzVirtioConsolePortConfiguration): the ports, by their
 *   number; not to be changed
 */
/**
 * vz_virtio_console_device_configuration_set_ports:
 * @self: a virtio console device
 * @ports: (nullable) (element-type VzVirtioConsolePortConfiguration): the ports, by their number;
 *   copied; %NULL means none
 *
 * Sets what vz_virtio_console_device_configuration_get_ports() returns.
 */
VZ_ACCESS_ARRAY (VzVirtioConsoleDeviceConfiguration, vz_virtio_console_device_configuration,
                 VZ_IS_VIRTIO_CONSOLE_DEVICE_CONFIGURATION, ports, PROP_PORTS)

/**
 * vz_virtio_console_device_configuration_get_maximum_port_count:
 * @self: a virtio console device
 *
 * Returns: how many ports the guest is told of, at most 31; 0: as many as there are
 */
/**
 * vz_virtio_console_device_configuration_set_maximum_port_count:
 * @self: a virtio console device
 * @maximum_port_count: how many ports the guest is told of, at most 31; 0: as many as there are
 *
 * Sets what vz_virtio_console_device_configuration_get_maximum_port_count() returns.
 */
VZ_ACCESS_NUMBER (guint, VzVirtioConsoleDeviceConfiguration, vz_virtio_console_device_configuration,
                  VZ_IS_VIRTIO_CONSOLE_DEVICE_CONFIGURATION, maximum_port_count,
                  PROP_MAXIMUM_PORT_COUNT)
