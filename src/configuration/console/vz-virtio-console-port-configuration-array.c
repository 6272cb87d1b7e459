/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-virtio-console-port-configuration-array.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtioConsolePortConfigurationArray:
 *
 * The ports of a virtio console device, by number. Numbers may be skipped: the guest then has no
 * port there. Apple: `VZVirtioConsolePortConfigurationArray`.
 *
 * In JSON the device has `ports`, a list with `null` for a skipped number, and
 * `maximum-port-count`.
 *
 * QEMU: `nr` of the port's device and `max_ports` of `virtio-serial-pci`. Port 0 has number 0 if it
 * is a console, for which QEMU reserves that number; every other port's number is one higher.
 *
 * Since: 0.1
 */
struct _VzVirtioConsolePortConfigurationArray {
  VzConfig parent_instance;

  GPtrArray *ports; /* of VzVirtioConsolePortConfiguration or NULL */
  guint maximum_port_count;
};

/* QEMU gives a device 31 ports and reserves number 0 for a console. */
#define MAX_PORTS 30
/* Near the limit of a virtio console device in its specification; more is a mistake. */
#define MAX_LENGTH 512

static const VzField fields[] = {
  VZ_ARRAY ("ports", VzVirtioConsolePortConfigurationArray, ports,
            "the ports, by number; null where there is none",
            vz_virtio_console_port_configuration_get_type, .flags = VZ_FIELD_HOLES),
  VZ_UINT ("maximum-port-count", VzVirtioConsolePortConfigurationArray, maximum_port_count,
           "the number of ports that the guest is told of; 0 for as many as there are",
           .max = MAX_PORTS),
};

static void
check_ports (VzVirtioConsolePortConfigurationArray *self, VzProblems *problems)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_consoles = 0;

  for (guint i = 0; i < self->ports->len; i++)
    {
      VzVirtioConsolePortConfiguration *port = self->ports->pdata[i];
      g_autofree char *location = g_strdup_printf ("ports[%u]", i);
      const char *name;

      if (port == NULL)
        continue;
      name = vz_virtio_console_port_configuration_get_name (port);
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
  VzVirtioConsolePortConfigurationArray *self = VZ_VIRTIO_CONSOLE_PORT_CONFIGURATION_ARRAY (config);
  guint length = self->ports->len;
  g_autofree char *n_ports = g_strdup_printf ("%u", length);
  g_autofree char *maximum = g_strdup_printf ("%u", self->maximum_port_count);

  if (length == 0)
    vz_problems_add (problems, config, "ports", n_ports, "must be 1 to %d ports", MAX_PORTS);
  else if (length > MAX_PORTS)
    vz_problems_add (problems, config, "ports", n_ports,
                     "must be 1 to %d ports, including those left out", MAX_PORTS);
  if (self->maximum_port_count != 0 && self->maximum_port_count < length)
    vz_problems_add (problems, config, "maximum-port-count", maximum,
                     "must be 0 or more than the highest port number, %u", length - 1);
  check_ports (self, problems);
}

VZ_DEFINE_CONFIG (VzVirtioConsolePortConfigurationArray, vz_virtio_console_port_configuration_array,
                  VZ_TYPE_CONFIG, .check = check)

/**
 * vz_virtio_console_port_configuration_array_new:
 *
 * Makes an array without ports. A device already comes with one.
 *
 * Returns: (transfer full): the array
 */
VzVirtioConsolePortConfigurationArray *
vz_virtio_console_port_configuration_array_new (void)
{
  return g_object_new (VZ_TYPE_VIRTIO_CONSOLE_PORT_CONFIGURATION_ARRAY, NULL);
}

/**
 * vz_virtio_console_port_configuration_array_get_port:
 * @self: ports
 * @index: the port's number, from 0
 *
 * Apple: the subscript.
 *
 * Returns: (transfer none) (nullable): the port; %NULL when no port has that number
 */
VzVirtioConsolePortConfiguration *
vz_virtio_console_port_configuration_array_get_port (VzVirtioConsolePortConfigurationArray *self,
                                                     guint index)
{
  g_return_val_if_fail (VZ_IS_VIRTIO_CONSOLE_PORT_CONFIGURATION_ARRAY (self), NULL);
  return index < self->ports->len ? self->ports->pdata[index] : NULL;
}

/**
 * vz_virtio_console_port_configuration_array_set_port:
 * @self: ports
 * @index: the port's number, 0 to 511; validation allows 0 to 29
 * @port: (nullable): the port; %NULL: no port with that number
 *
 * Sets the port with a number. Lower numbers that were never set are skipped. Apple: the subscript.
 */
void
vz_virtio_console_port_configuration_array_set_port (VzVirtioConsolePortConfigurationArray *self,
                                                     guint index,
                                                     VzVirtioConsolePortConfiguration *port)
{
  const VzField *field = &fields[0];
  g_autoptr (GPtrArray) ports = g_ptr_array_new ();

  g_return_if_fail (VZ_IS_VIRTIO_CONSOLE_PORT_CONFIGURATION_ARRAY (self));
  g_return_if_fail (port == NULL || VZ_IS_VIRTIO_CONSOLE_PORT_CONFIGURATION (port));
  g_return_if_fail (index < MAX_LENGTH);
  g_ptr_array_extend (ports, self->ports, NULL, NULL);
  if (index >= ports->len)
    g_ptr_array_set_size (ports, (gint) index + 1);
  ports->pdata[index] = port;
  vz_field_set_array (VZ_CONFIG (self), field, ports);
}

/**
 * vz_virtio_console_port_configuration_array_get_length:
 * @self: ports
 *
 * Not in Apple's framework.
 *
 * Returns: one more than the highest port number; 0 when there are no ports
 */
guint
vz_virtio_console_port_configuration_array_get_length (VzVirtioConsolePortConfigurationArray *self)
{
  g_return_val_if_fail (VZ_IS_VIRTIO_CONSOLE_PORT_CONFIGURATION_ARRAY (self), 0);
  return self->ports->len;
}

guint
vz_virtio_console_port_configuration_array_get_maximum_port_count (
  VzVirtioConsolePortConfigurationArray *self)
{
  g_return_val_if_fail (VZ_IS_VIRTIO_CONSOLE_PORT_CONFIGURATION_ARRAY (self), 0);
  return self->maximum_port_count != 0 ? self->maximum_port_count : self->ports->len;
}

void
vz_virtio_console_port_configuration_array_set_maximum_port_count (
  VzVirtioConsolePortConfigurationArray *self, guint maximum_port_count)
{
  g_return_if_fail (VZ_IS_VIRTIO_CONSOLE_PORT_CONFIGURATION_ARRAY (self));
  vz_field_set_number (VZ_CONFIG (self), &fields[1], maximum_port_count);
}
