/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/devices/vz-virtio-console-private.h"

#include "machine/devices/vz-machine-devices.h"

/**
 * VzVirtioConsoleDevice:
 *
 * A virtio console device of a machine. Apple: `VZVirtioConsoleDevice`.
 *
 * QEMU: `virtio-serial-pci` and its event `VSERPORT_CHANGE`.
 *
 * Since: 0.1
 */
struct _VzVirtioConsoleDevice {
  VzConsoleDevice parent_instance;

  VzMachineCore *core; /* borrowed: it owns us */
  VzVirtioConsolePortArray *ports;
};

G_DEFINE_FINAL_TYPE (VzVirtioConsoleDevice, vz_virtio_console_device, VZ_TYPE_CONSOLE_DEVICE)

enum { SIGNAL_DID_OPEN_PORT, SIGNAL_DID_CLOSE_PORT, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
finalize (GObject *object)
{
  g_clear_object (&VZ_VIRTIO_CONSOLE_DEVICE (object)->ports);
  G_OBJECT_CLASS (vz_virtio_console_device_parent_class)->finalize (object);
}

static guint
new_signal (gpointer klass, const char *name)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 1, VZ_TYPE_VIRTIO_CONSOLE_PORT);
}

static void
vz_virtio_console_device_class_init (VzVirtioConsoleDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
  /**
   * VzVirtioConsoleDevice::did-open-port:
   * @self: the device
   * @port: the port
   *
   * A program in the guest has opened the port; emitted on the machine's main context. Changes to
   * one port within a second are reported once, as its state is then. Apple:
   * `consoleDevice(_:didOpen:)`.
   */
  signals[SIGNAL_DID_OPEN_PORT] = new_signal (klass, "did-open-port");
  /**
   * VzVirtioConsoleDevice::did-close-port:
   * @self: the device
   * @port: the port
   *
   * The program has closed the port again; emitted on the machine's main context. Apple:
   * `consoleDevice(_:didClose:)`.
   */
  signals[SIGNAL_DID_CLOSE_PORT] = new_signal (klass, "did-close-port");
}

static void
vz_virtio_console_device_init (VzVirtioConsoleDevice *self)
{
}

typedef struct {
  VzVirtioConsoleDevice *device;
  VzVirtioConsolePort *port; /* borrowed from the device */
  gboolean is_open;
} Change;

static void
change_free (gpointer data)
{
  g_object_unref (((Change *) data)->device);
  g_free (data);
}

static void
tell (GObject *owner, gpointer data)
{
  const Change *change = data;

  g_signal_emit (change->device,
                 signals[change->is_open ? SIGNAL_DID_OPEN_PORT : SIGNAL_DID_CLOSE_PORT], 0,
                 change->port);
}

static void
on_event (const char *name, JsonObject *data, gpointer user_data)
{
  VzVirtioConsoleDevice *self = user_data;
  const char *id;

  if (!g_str_equal (name, "VSERPORT_CHANGE") || data == NULL)
    return;
  id = json_object_get_string_member_with_default (data, "id", "");
  for (guint i = 0; i < vz_virtio_console_port_array_get_maximum_port_count (self->ports); i++)
    {
      VzVirtioConsolePort *port = vz_virtio_console_port_array_get_port (self->ports, i);
      Change *change;

      if (port == NULL || !g_str_equal (vz_virtio_console_port_get_id (port), id))
        continue;
      change = g_new0 (Change, 1);
      *change = (Change){ g_object_ref (self), port,
                          json_object_get_boolean_member_with_default (data, "open", FALSE) };
      vz_machine_core_invoke (self->core, tell, change, change_free);
    }
}

VzConsoleDevice *
vz_virtio_console_device_new (VzVirtualMachine *machine, guint index)
{
  static const VzMachineListener listener = { .event = on_event };
  VzVirtioConsoleDevice *self = g_object_new (VZ_TYPE_VIRTIO_CONSOLE_DEVICE, NULL);

  self->core = machine->core;
  self->ports = vz_virtio_console_port_array_new (machine, index);
  vz_machine_core_add_listener (machine->core, &listener, G_OBJECT (self));
  return VZ_CONSOLE_DEVICE (self);
}

/**
 * vz_virtio_console_device_get_ports:
 * @self: a virtio console device
 *
 * Apple: `ports`.
 *
 * Returns: (transfer none): its ports
 */
VzVirtioConsolePortArray *
vz_virtio_console_device_get_ports (VzVirtioConsoleDevice *self)
{
  g_return_val_if_fail (VZ_IS_VIRTIO_CONSOLE_DEVICE (self), NULL);
  return self->ports;
}
