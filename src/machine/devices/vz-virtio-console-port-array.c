/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/devices/vz-virtio-console-private.h"

#include "configuration/console/vz-virtio-console-device-configuration.h"

/**
 * VzVirtioConsolePortArray:
 *
 * The ports of a virtio console device, by number. Apple: `VZVirtioConsolePortArray`.
 *
 * QEMU: nothing specific.
 *
 * Since: 0.1
 */
struct _VzVirtioConsolePortArray {
  GObject parent_instance;

  GPtrArray *ports; /* of VzVirtioConsolePort or NULL */
  guint maximum_port_count;
};

G_DEFINE_FINAL_TYPE (VzVirtioConsolePortArray, vz_virtio_console_port_array, G_TYPE_OBJECT)

static void
unref_port (gpointer port)
{
  g_clear_object (&port);
}

static void
finalize (GObject *object)
{
  g_ptr_array_unref (VZ_VIRTIO_CONSOLE_PORT_ARRAY (object)->ports);
  G_OBJECT_CLASS (vz_virtio_console_port_array_parent_class)->finalize (object);
}

static void
vz_virtio_console_port_array_class_init (VzVirtioConsolePortArrayClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
vz_virtio_console_port_array_init (VzVirtioConsolePortArray *self)
{
  self->ports = g_ptr_array_new_with_free_func (unref_port);
}

VzVirtioConsolePortArray *
vz_virtio_console_port_array_new (VzVirtualMachine *machine, guint device)
{
  VzVirtioConsolePortArray *self = g_object_new (VZ_TYPE_VIRTIO_CONSOLE_PORT_ARRAY, NULL);
  GPtrArray *devices = vz_virtual_machine_configuration_get_console_devices (
    vz_virtual_machine_get_configuration (machine));
  VzVirtioConsolePortConfigurationArray *ports =
    vz_virtio_console_device_configuration_get_ports (devices->pdata[device]);
  guint length = vz_virtio_console_port_configuration_array_get_length (ports);

  for (guint i = 0; i < length; i++)
    g_ptr_array_add (self->ports,
                     vz_virtio_console_port_configuration_array_get_port (ports, i) != NULL
                       ? vz_virtio_console_port_new (machine, device, i)
                       : NULL);
  self->maximum_port_count =
    MAX (length, vz_virtio_console_port_configuration_array_get_maximum_port_count (ports));
  return self;
}

/**
 * vz_virtio_console_port_array_get_maximum_port_count:
 * @self: ports
 *
 * Apple: `maximumPortCount`.
 *
 * Returns: the number of ports that the guest was told of, 1 to 30: at least as many as there are
 */
guint
vz_virtio_console_port_array_get_maximum_port_count (VzVirtioConsolePortArray *self)
{
  g_return_val_if_fail (VZ_IS_VIRTIO_CONSOLE_PORT_ARRAY (self), 0);
  return self->maximum_port_count;
}

/**
 * vz_virtio_console_port_array_get_port:
 * @self: ports
 * @index: the port's number, from 0
 *
 * Apple: the subscript.
 *
 * Returns: (transfer none) (nullable): the port; %NULL when no port has that number
 */
VzVirtioConsolePort *
vz_virtio_console_port_array_get_port (VzVirtioConsolePortArray *self, guint index)
{
  g_return_val_if_fail (VZ_IS_VIRTIO_CONSOLE_PORT_ARRAY (self), NULL);
  return index < self->ports->len ? self->ports->pdata[index] : NULL;
}
