/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/devices/vz-virtio-console-private.h"

#include "configuration/console/vz-console-port-configuration.h"
#include "configuration/console/vz-spice-agent-port-attachment.h"
#include "configuration/console/vz-virtio-console-device-configuration.h"
#include "configuration/console/vz-virtio-console-port-configuration.h"
#include "foundation/vz-fail.h"
#include "machine/devices/vz-machine-devices.h"
#include "qemu/arguments/vz-arguments.h"
#include "qemu/engine/vz-engine-chardev.h"

/**
 * VzVirtioConsolePort:
 *
 * A port of a virtio console device of a machine, whose attachment can be changed while the machine
 * runs. Apple: `VZVirtioConsolePort`.
 *
 * A program in the guest that writes to a port without an attachment waits until there is one; the
 * output of a console is lost.
 *
 * Each run of the machine starts with the attachments of its configuration.
 *
 * QEMU: `virtserialport` or `virtconsole`; the QMP command `chardev-change`.
 *
 * Since: 0.1
 */
struct _VzVirtioConsolePort {
  GObject parent_instance;

  GWeakRef machine;
  VzMachineCore *core; /* borrowed: it owns us */
  VzVirtioConsolePortConfiguration *configuration; /* from the machine's own configuration */
  char *id;
  GMutex lock;
  VzSerialPortAttachment *attachment; /* NULL: none */
};

G_DEFINE_FINAL_TYPE (VzVirtioConsolePort, vz_virtio_console_port, G_TYPE_OBJECT)

enum { PROP_ATTACHMENT = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ATTACHMENT)
    g_value_take_object (value,
                         vz_virtio_console_port_dup_attachment (VZ_VIRTIO_CONSOLE_PORT (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ATTACHMENT)
    vz_virtio_console_port_set_attachment (VZ_VIRTIO_CONSOLE_PORT (object),
                                           g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
finalize (GObject *object)
{
  VzVirtioConsolePort *self = VZ_VIRTIO_CONSOLE_PORT (object);

  g_weak_ref_clear (&self->machine);
  g_clear_object (&self->configuration);
  g_clear_object (&self->attachment);
  g_free (self->id);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (vz_virtio_console_port_parent_class)->finalize (object);
}

static void
vz_virtio_console_port_class_init (VzVirtioConsolePortClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = get_property;
  object_class->set_property = set_property;
  object_class->finalize = finalize;
  /**
   * VzVirtioConsolePort:attachment: (getter dup_attachment) (setter set_attachment)
   *
   * Where the port's bytes go to and come from; %NULL: nowhere. Apple: `attachment`.
   */
  props[PROP_ATTACHMENT] =
    g_param_spec_object ("attachment", NULL, NULL, VZ_TYPE_SERIAL_PORT_ATTACHMENT,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
vz_virtio_console_port_init (VzVirtioConsolePort *self)
{
  g_weak_ref_init (&self->machine, NULL);
  g_mutex_init (&self->lock);
}

static void
notify (GObject *owner, gpointer port)
{
  g_object_notify_by_pspec (G_OBJECT (port), props[PROP_ATTACHMENT]);
}

/* A copy of @attachment, which may be NULL. */
static void
put_attachment (VzVirtioConsolePort *self, VzSerialPortAttachment *attachment)
{
  VzConfig *copy = attachment != NULL ? vz_config_copy (VZ_CONFIG (attachment)) : NULL;

  g_mutex_lock (&self->lock);
  g_clear_object (&self->attachment);
  self->attachment = (VzSerialPortAttachment *) copy;
  g_mutex_unlock (&self->lock);
  vz_machine_core_invoke (self->core, notify, g_object_ref (self), g_object_unref);
}

static VzSerialPortAttachment *
get_configured (VzVirtioConsolePort *self)
{
  return vz_console_port_configuration_get_attachment (
    VZ_CONSOLE_PORT_CONFIGURATION (self->configuration));
}

static void
on_begun (VzEngine *engine, gpointer port)
{
  put_attachment (port, get_configured (port));
}

VzVirtioConsolePort *
vz_virtio_console_port_new (VzVirtualMachine *machine, guint device, guint number)
{
  static const VzMachineListener listener = { .begun = on_begun };
  VzVirtioConsolePort *self = g_object_new (VZ_TYPE_VIRTIO_CONSOLE_PORT, NULL);
  GPtrArray *devices = vz_virtual_machine_configuration_get_console_devices (
    vz_virtual_machine_get_configuration (machine));
  VzVirtioConsolePortConfigurationArray *ports =
    vz_virtio_console_device_configuration_get_ports (devices->pdata[device]);

  g_weak_ref_set (&self->machine, machine);
  self->core = machine->core;
  self->configuration =
    g_object_ref (vz_virtio_console_port_configuration_array_get_port (ports, number));
  self->id = vz_arguments_dup_console_port_id (device, number);
  put_attachment (self, get_configured (self));
  vz_machine_core_add_listener (machine->core, &listener, G_OBJECT (self));
  return self;
}

const char *
vz_virtio_console_port_get_id (VzVirtioConsolePort *self)
{
  return self->id;
}

/**
 * vz_virtio_console_port_get_name:
 * @self: a port
 *
 * Apple: `name`.
 *
 * Returns: (nullable): the name that the guest sees; %NULL: none
 */
const char *
vz_virtio_console_port_get_name (VzVirtioConsolePort *self)
{
  g_return_val_if_fail (VZ_IS_VIRTIO_CONSOLE_PORT (self), NULL);
  return vz_virtio_console_port_configuration_get_name (self->configuration);
}

/**
 * vz_virtio_console_port_dup_attachment:
 * @self: a port
 *
 * For a machine that another program started, this is the attachment of the configuration, or the
 * one that this program has changed it to.
 *
 * Returns: (transfer full) (nullable): where the port's bytes go to and come from; %NULL: nowhere
 */
VzSerialPortAttachment *
vz_virtio_console_port_dup_attachment (VzVirtioConsolePort *self)
{
  VzSerialPortAttachment *attachment;

  g_return_val_if_fail (VZ_IS_VIRTIO_CONSOLE_PORT (self), NULL);
  g_mutex_lock (&self->lock);
  attachment = self->attachment != NULL ? g_object_ref (self->attachment) : NULL;
  g_mutex_unlock (&self->lock);
  return attachment;
}

/**
 * vz_virtio_console_port_set_attachment:
 * @self: a port of a machine that is running or paused
 * @attachment: (nullable): where its bytes are to go to and come from, which is copied; %NULL:
 *   nowhere
 *
 * Changes the attachment as vz_virtio_console_port_change_attachment() does. A failure is only
 * logged at debug level, as Apple's framework has no error for it.
 */
void
vz_virtio_console_port_set_attachment (VzVirtioConsolePort *self,
                                       VzSerialPortAttachment *attachment)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (VZ_IS_VIRTIO_CONSOLE_PORT (self));
  if (!vz_virtio_console_port_change_attachment (self, attachment, NULL, &error))
    g_debug ("%s", error->message);
}

/* QEMU is the Spice agent's peer for the whole run of a machine. */
static gboolean
check (VzVirtioConsolePort *self, VzSerialPortAttachment *attachment, GError **error)
{
  if (VZ_IS_SPICE_AGENT_PORT_ATTACHMENT (attachment) ||
      VZ_IS_SPICE_AGENT_PORT_ATTACHMENT (get_configured (self)))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "a Spice agent's port keeps its attachment while the machine runs");
  return attachment == NULL || vz_config_validate (VZ_CONFIG (attachment), error);
}

/**
 * vz_virtio_console_port_change_attachment:
 * @self: a port of a machine that is running or paused
 * @attachment: (nullable): where its bytes are to go to and come from, which is copied; %NULL:
 *   nowhere
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Changes the port's attachment while the machine runs; a program in the guest that has the port
 * open keeps it open. Not in Apple's framework, which has only the property.
 *
 * Returns: whether it was changed; otherwise @error is code 3 (state), code 2 for an invalid
 *   attachment or %VZ_ERROR_NOT_SUPPORTED for a Spice agent's port, each of which leaves everything
 *   as it was; or %VZ_ERROR_INTERNAL with QEMU's reason, in which case nothing is attached
 */
gboolean
vz_virtio_console_port_change_attachment (VzVirtioConsolePort *self,
                                          VzSerialPortAttachment *attachment,
                                          GCancellable *cancellable, GError **error)
{
  g_autoptr (VzVirtualMachine) machine = NULL;
  VzEngine *engine;
  gboolean ok;

  g_return_val_if_fail (VZ_IS_VIRTIO_CONSOLE_PORT (self), FALSE);
  g_return_val_if_fail (attachment == NULL || VZ_IS_SERIAL_PORT_ATTACHMENT (attachment), FALSE);
  engine = vz_machine_devices_find_engine (&self->machine, &machine, error);
  if (engine == NULL || !check (self, attachment, error))
    return FALSE;
  ok = vz_engine_change_chardev (engine, self->id, attachment, cancellable, error);
  put_attachment (self, ok ? attachment : NULL);
  return ok;
}
