/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-network-device-private.h"

#include "configuration/network/vz-bridged-network-device-attachment.h"
#include "configuration/network/vz-file-handle-network-device-attachment.h"
#include "foundation/vz-fail.h"
#include "machine/vz-virtual-machine-private.h"
#include "qemu/engine/vz-engine-network.h"

#include <errno.h>
#include <net/if.h>
#include <sys/socket.h>

/* How this works
 *
 * A device's attachment is known both here and in QEMU. Here it is the configuration's when a run
 * begins, and later whatever this program has changed it to.
 *
 * QEMU does not report the end of any attachment that vz uses: a datagram socket whose other end is
 * gone is merely one that nobody reads. So an attachment that can end is checked every second, on
 * the main context on which its end is reported. The kernel notices that the other end of a socket
 * is gone once a frame cannot be sent. */

#define LOOK_MS 1000

/**
 * VzNetworkDevice:
 *
 * A network device of a machine, whose attachment can be changed while it runs: as if its cable
 * were plugged into another socket. Apple: `VZNetworkDevice`.
 *
 * When what it is attached to goes away, its attachment becomes %NULL, its guest sees that the
 * cable is unplugged, and #VzVirtualMachine::network-device-attachment-was-disconnected is emitted.
 * This is noticed for a file handle, once the guest has sent a frame that is no longer received,
 * and for a bridge that is removed from the host; a NAT and a private network are part of QEMU and
 * end only with it.
 *
 * Each run of the machine starts with the attachments of its configuration.
 *
 * QEMU: a hub between `virtio-net-pci` and the attachment, which the QMP commands `netdev_add` and
 * `netdev_del` change; `set_link`.
 *
 * Since: 0.1
 */
struct _VzNetworkDevice {
  GObject parent_instance;

  GWeakRef machine;
  VzMachineCore *core; /* borrowed: it owns us */
  guint index; /* in the configuration */
  gboolean is_watched; /* on the main context only */
  GMutex lock;
  VzNetworkDeviceAttachment *attachment; /* NULL: none */
};

G_DEFINE_FINAL_TYPE (VzNetworkDevice, vz_network_device, G_TYPE_OBJECT)

enum { PROP_ATTACHMENT = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ATTACHMENT)
    g_value_take_object (value, vz_network_device_dup_attachment (VZ_NETWORK_DEVICE (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ATTACHMENT)
    vz_network_device_set_attachment (VZ_NETWORK_DEVICE (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
finalize (GObject *object)
{
  VzNetworkDevice *self = VZ_NETWORK_DEVICE (object);

  g_weak_ref_clear (&self->machine);
  g_clear_object (&self->attachment);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (vz_network_device_parent_class)->finalize (object);
}

static void
vz_network_device_class_init (VzNetworkDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = get_property;
  object_class->set_property = set_property;
  object_class->finalize = finalize;
  /**
   * VzNetworkDevice:attachment: (getter dup_attachment) (setter set_attachment)
   *
   * What the device is attached to; %NULL: nothing. Apple: `attachment`.
   */
  props[PROP_ATTACHMENT] =
    g_param_spec_object ("attachment", NULL, NULL, VZ_TYPE_NETWORK_DEVICE_ATTACHMENT,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
vz_network_device_init (VzNetworkDevice *self)
{
  g_weak_ref_init (&self->machine, NULL);
  g_mutex_init (&self->lock);
}

static void
notify (GObject *owner, gpointer device)
{
  g_object_notify_by_pspec (G_OBJECT (device), props[PROP_ATTACHMENT]);
}

/* Why the attachment has ended, or NULL. */
static char *
find_end (VzNetworkDeviceAttachment *attachment)
{
  struct sockaddr_storage peer;
  socklen_t size = sizeof peer;
  const char *name;

  if (VZ_IS_FILE_HANDLE_NETWORK_DEVICE_ATTACHMENT (attachment))
    return getpeername (
             vz_file_handle_get_fd (vz_file_handle_network_device_attachment_get_file_handle (
               VZ_FILE_HANDLE_NETWORK_DEVICE_ATTACHMENT (attachment))),
             (struct sockaddr *) &peer, &size) != 0 &&
               errno == ENOTCONN
             ? g_strdup ("the other end of its socket is closed")
             : NULL;
  name = vz_bridged_network_interface_get_identifier (
    vz_bridged_network_device_attachment_get_interface (
      VZ_BRIDGED_NETWORK_DEVICE_ATTACHMENT (attachment)));
  return if_nametoindex (name) == 0 ? g_strdup_printf ("the host no longer has a bridge '%s'", name)
                                    : NULL;
}

static gboolean
can_end (VzNetworkDeviceAttachment *attachment)
{
  return VZ_IS_FILE_HANDLE_NETWORK_DEVICE_ATTACHMENT (attachment) ||
         VZ_IS_BRIDGED_NETWORK_DEVICE_ATTACHMENT (attachment);
}

/* Takes @attachment. */
static void
put_attachment (VzNetworkDevice *self, VzNetworkDeviceAttachment *attachment)
{
  g_mutex_lock (&self->lock);
  g_clear_object (&self->attachment);
  self->attachment = attachment;
  g_mutex_unlock (&self->lock);
}

static void
disconnected (VzNetworkDevice *self, VzVirtualMachine *machine, VzEngine *engine,
              const char *reason)
{
  g_autoptr (GError) told = NULL;

  put_attachment (self, NULL);
  vz_engine_unplug_network (engine, self->index);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ATTACHMENT]);
  told = g_error_new (VZ_ERROR, VZ_ERROR_NETWORK_ERROR,
                      "the network device %u has lost its connection to the host: %s", self->index,
                      reason);
  vz_virtual_machine_tell_disconnected (machine, self, told);
}

static gboolean
look (gpointer data)
{
  VzNetworkDevice *self = data;
  g_autoptr (VzVirtualMachine) machine = g_weak_ref_get (&self->machine);
  g_autoptr (VzNetworkDeviceAttachment) attachment = vz_network_device_dup_attachment (self);
  VzEngine *engine = machine != NULL ? vz_virtual_machine_get_running_engine (machine, NULL) : NULL;
  g_autofree char *reason = NULL;

  self->is_watched = engine != NULL && can_end (attachment);
  if (!self->is_watched)
    return G_SOURCE_REMOVE;
  reason = find_end (attachment);
  if (reason != NULL)
    {
      self->is_watched = FALSE;
      disconnected (self, machine, engine, reason);
    }
  return self->is_watched ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
watch (GObject *owner, gpointer device)
{
  VzNetworkDevice *self = device;
  GSource *source;

  if (self->is_watched)
    return;
  self->is_watched = TRUE;
  source = g_timeout_source_new (LOOK_MS);
  g_source_set_callback (source, look, g_object_ref (self), g_object_unref);
  g_source_attach (source, vz_machine_core_get_context (self->core));
  g_source_unref (source);
}

static void
changed (VzNetworkDevice *self, VzNetworkDeviceAttachment *attachment)
{
  vz_machine_core_invoke (self->core, notify, g_object_ref (self), g_object_unref);
  if (can_end (attachment))
    vz_machine_core_invoke (self->core, watch, g_object_ref (self), g_object_unref);
}

static VzNetworkDeviceAttachment *
dup_configured (VzNetworkDevice *self, VzVirtualMachine *machine)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_network_devices (
    vz_virtual_machine_get_configuration (machine));
  VzNetworkDeviceAttachment *attachment =
    vz_network_device_configuration_get_attachment (devices->pdata[self->index]);

  return attachment != NULL ? VZ_NETWORK_DEVICE_ATTACHMENT (vz_config_copy (VZ_CONFIG (attachment)))
                            : NULL;
}

static void
on_begun (VzEngine *engine, gpointer device)
{
  VzNetworkDevice *self = device;
  g_autoptr (VzVirtualMachine) machine = g_weak_ref_get (&self->machine);
  g_autoptr (VzNetworkDeviceAttachment)
    attachment = machine != NULL ? dup_configured (self, machine) : NULL;

  if (machine == NULL)
    return;
  put_attachment (self, attachment != NULL ? g_object_ref (attachment) : NULL);
  changed (self, attachment);
}

typedef struct {
  VzNetworkDevice *device;
  GError *error;
} Later;

static void
later_free (gpointer data)
{
  Later *later = data;

  g_object_unref (later->device);
  g_error_free (later->error);
  g_free (later);
}

static void
tell_later (GObject *owner, gpointer data)
{
  const Later *later = data;

  vz_virtual_machine_tell_disconnected (VZ_VIRTUAL_MACHINE (owner), later->device, later->error);
}

GPtrArray *
vz_network_device_list_new (VzVirtualMachine *machine)
{
  static const VzMachineListener listener = { .begun = on_begun };
  guint n = vz_virtual_machine_configuration_get_network_devices (
              vz_virtual_machine_get_configuration (machine))
              ->len;
  GPtrArray *devices = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      VzNetworkDevice *self = g_object_new (VZ_TYPE_NETWORK_DEVICE, NULL);

      g_weak_ref_set (&self->machine, machine);
      self->core = machine->core;
      self->index = i;
      self->attachment = dup_configured (self, machine);
      vz_machine_core_add_listener (machine->core, &listener, G_OBJECT (self));
      g_ptr_array_add (devices, self);
    }
  return devices;
}

/**
 * vz_virtual_machine_get_network_devices:
 * @self: a machine
 *
 * Apple: `networkDevices`.
 *
 * Returns: (transfer none) (element-type VzNetworkDevice): the network devices, in the order of the
 *   configuration; they live as long as the machine
 */
GPtrArray *
vz_virtual_machine_get_network_devices (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  return self->network_devices;
}

/**
 * vz_network_device_dup_attachment:
 * @self: a network device
 *
 * For a machine that another program started, this is the attachment of the configuration, or the
 * one that this program has changed it to.
 *
 * Returns: (transfer full) (nullable): what the device is attached to; %NULL: nothing
 */
VzNetworkDeviceAttachment *
vz_network_device_dup_attachment (VzNetworkDevice *self)
{
  VzNetworkDeviceAttachment *attachment;

  g_return_val_if_fail (VZ_IS_NETWORK_DEVICE (self), NULL);
  g_mutex_lock (&self->lock);
  attachment = self->attachment != NULL ? g_object_ref (self->attachment) : NULL;
  g_mutex_unlock (&self->lock);
  return attachment;
}

/**
 * vz_network_device_set_attachment:
 * @self: a network device of a machine that is running or paused
 * @attachment: (nullable): what to attach it to, which is copied; %NULL: nothing
 *
 * Changes the attachment as vz_network_device_change_attachment() does, and reports a failure by
 * the signal #VzVirtualMachine::network-device-attachment-was-disconnected. Nothing changes while
 * the machine is not running.
 */
void
vz_network_device_set_attachment (VzNetworkDevice *self, VzNetworkDeviceAttachment *attachment)
{
  g_autoptr (VzVirtualMachine) machine = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (VZ_IS_NETWORK_DEVICE (self));
  if (vz_network_device_change_attachment (self, attachment, NULL, &error))
    return;
  g_debug ("%s", error->message);
  machine = g_weak_ref_get (&self->machine);
  if (machine != NULL && vz_virtual_machine_get_running_engine (machine, NULL) != NULL)
    {
      Later *later = g_new0 (Later, 1);

      *later = (Later){ g_object_ref (self), g_steal_pointer (&error) };
      vz_machine_core_invoke (self->core, tell_later, later, later_free);
    }
}

/**
 * vz_network_device_change_attachment:
 * @self: a network device of a machine that is running or paused
 * @attachment: (nullable): what to attach it to, which is copied; %NULL: nothing
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Changes the device's attachment while the machine runs. Its guest sees the cable unplugged and
 * plugged in again. The device keeps its MAC address and its MTU. Not in Apple's framework, which
 * has only the property.
 *
 * Returns: whether it was changed; otherwise @error is code 3 (state), code 2 for an invalid
 *   attachment or %VZ_ERROR_NOT_SUPPORTED when the device was started on a bridge or its machine
 *   with #VzVirtualMachine:keeps-network-attachments, each of which leaves everything as it was; or
 *   %VZ_ERROR_NETWORK_ERROR with QEMU's reason, in which case nothing is attached
 */
gboolean
vz_network_device_change_attachment (VzNetworkDevice *self, VzNetworkDeviceAttachment *attachment,
                                     GCancellable *cancellable, GError **error)
{
  g_autoptr (VzVirtualMachine) machine = NULL;
  g_autoptr (VzConfig) copy = NULL;
  g_autoptr (GError) cause = NULL;
  VzEngine *engine;
  gboolean ok;

  g_return_val_if_fail (VZ_IS_NETWORK_DEVICE (self), FALSE);
  g_return_val_if_fail (attachment == NULL || VZ_IS_NETWORK_DEVICE_ATTACHMENT (attachment), FALSE);
  machine = g_weak_ref_get (&self->machine);
  if (machine == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE, "the machine is gone");
  engine = vz_virtual_machine_get_running_engine (machine, error);
  if (engine == NULL || (attachment != NULL && !vz_config_validate (VZ_CONFIG (attachment), error)))
    return FALSE;
  copy = attachment != NULL ? vz_config_copy (VZ_CONFIG (attachment)) : NULL;
  ok = vz_engine_change_network (engine, self->index, (VzNetworkDeviceAttachment *) copy,
                                 cancellable, &cause);
  if (!ok)
    g_clear_object (&copy);
  if (ok || g_error_matches (cause, VZ_ERROR, VZ_ERROR_NETWORK_ERROR))
    {
      put_attachment (self,
                      copy != NULL ? VZ_NETWORK_DEVICE_ATTACHMENT (g_object_ref (copy)) : NULL);
      changed (self, (VzNetworkDeviceAttachment *) copy);
    }
  if (!ok)
    g_propagate_error (error, g_steal_pointer (&cause));
  return ok;
}
