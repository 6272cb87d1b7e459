/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-virtio-console-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtioConsoleDeviceConfiguration:
 *
 * A virtio console device with any number of ports. Apple: `VZVirtioConsoleDeviceConfiguration`.
 *
 * QEMU: `virtio-serial-pci`.
 *
 * Since: 0.1
 */
struct _VzVirtioConsoleDeviceConfiguration {
  VzConsoleDeviceConfiguration parent_instance;

  GPtrArray *ports; /* of VzVirtioConsolePortConfiguration */
  guint maximum_port_count;
};

/* QEMU gives a device 31 ports and keeps number 0 for a console. */
#define MAX_PORTS 30

static const VzField fields[] = {
  VZ_ARRAY ("ports", VzVirtioConsoleDeviceConfiguration, ports, "the ports, by their number",
            vz_virtio_console_port_configuration_get_type),
  VZ_UINT ("maximum-port-count", VzVirtioConsoleDeviceConfiguration, maximum_port_count,
           "how many ports the guest is told of; 0 for as many as there are", .max = MAX_PORTS),
};

static void
check_ports (VzVirtioConsoleDeviceConfiguration *self, VzProblems *problems)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_consoles = 0;

  for (guint i = 0; i < self->ports->len; i++)
    {
      VzVirtioConsolePortConfiguration *port = self->ports->pdata[i];
      const char *name = vz_virtio_console_port_configuration_get_name (port);
      g_autofree char *location = g_strdup_printf ("ports[%u]", i);

      if (vz_virtio_console_port_configuration_get_is_console (port) && ++n_consoles == 2)
        vz_problems_add_at (problems, location, VZ_CONFIG (port), "is-console", "true",
                            "must be true for at most one port of a device");
      if (name != NULL && !g_hash_table_add (names, (gpointer) name))
        vz_problems_add_at (problems, location, VZ_CONFIG (port), "name", name,
                            "must differ from those of the other ports");
    }
}

static void
check (VzConfig *config, VzProblems *problems)
{
  VzVirtioConsoleDeviceConfiguration *self = VZ_VIRTIO_CONSOLE_DEVICE_CONFIGURATION (config);
  g_autofree char *n_ports = g_strdup_printf ("%u", self->ports->len);
  g_autofree char *maximum = g_strdup_printf ("%u", self->maximum_port_count);

  if (self->ports->len == 0 || self->ports->len > MAX_PORTS)
    vz_problems_add (problems, config, "ports", n_ports, "must be 1 to %d ports", MAX_PORTS);
  if (self->maximum_port_count != 0 && self->maximum_port_count < self->ports->len)
    vz_problems_add (problems, config, "maximum-port-count", maximum,
                     "must be 0 or at least the number of ports, %u", self->ports->len);
  check_ports (self, problems);
}

VZ_DEFINE_CONFIG (VzVirtioConsoleDeviceConfiguration, vz_virtio_console_device_configuration,
                  VZ_TYPE_CONSOLE_DEVICE_CONFIGURATION, .check = check)

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

VZ_ACCESS_ARRAY (VzVirtioConsoleDeviceConfiguration, vz_virtio_console_device_configuration, ports)
VZ_ACCESS_NUMBER (guint, VzVirtioConsoleDeviceConfiguration, vz_virtio_console_device_configuration,
                  maximum_port_count)
