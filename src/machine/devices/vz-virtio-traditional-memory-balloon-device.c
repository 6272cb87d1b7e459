/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/devices/vz-virtio-traditional-memory-balloon-device-private.h"

#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "machine/devices/vz-machine-devices.h"

#define MIB (G_GUINT64_CONSTANT (1) << 20)

/**
 * VzVirtioTraditionalMemoryBalloonDevice:
 *
 * A virtio memory balloon of a machine. Apple: `VZVirtioTraditionalMemoryBalloonDevice`.
 *
 * A guest with a driver for it gives up memory until it has no more than the target, and takes it
 * back when the target grows; it never has more than its configuration gives it.
 *
 * QEMU: the QMP commands `balloon` and `query-balloon`, for `virtio-balloon-pci`.
 *
 * Since: 0.1
 */
struct _VzVirtioTraditionalMemoryBalloonDevice {
  VzMemoryBalloonDevice parent_instance;

  GWeakRef machine;
  GMutex lock;
  guint64 target; /* bytes; 0: unknown here, QEMU has it */
};

G_DEFINE_FINAL_TYPE (VzVirtioTraditionalMemoryBalloonDevice,
                     vz_virtio_traditional_memory_balloon_device, VZ_TYPE_MEMORY_BALLOON_DEVICE)

enum { PROP_TARGET = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VzVirtioTraditionalMemoryBalloonDevice *self =
    VZ_VIRTIO_TRADITIONAL_MEMORY_BALLOON_DEVICE (object);

  if (id == PROP_TARGET)
    g_value_set_uint64 (
      value,
      vz_virtio_traditional_memory_balloon_device_get_target_virtual_machine_memory_size (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  VzVirtioTraditionalMemoryBalloonDevice *self =
    VZ_VIRTIO_TRADITIONAL_MEMORY_BALLOON_DEVICE (object);

  if (id == PROP_TARGET)
    vz_virtio_traditional_memory_balloon_device_set_target_virtual_machine_memory_size (
      self, g_value_get_uint64 (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
finalize (GObject *object)
{
  VzVirtioTraditionalMemoryBalloonDevice *self =
    VZ_VIRTIO_TRADITIONAL_MEMORY_BALLOON_DEVICE (object);

  g_weak_ref_clear (&self->machine);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (vz_virtio_traditional_memory_balloon_device_parent_class)->finalize (object);
}

static void
vz_virtio_traditional_memory_balloon_device_class_init (VzVirtioTraditionalMemoryBalloonDeviceClass
                                                          *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = get_property;
  object_class->set_property = set_property;
  object_class->finalize = finalize;
  /**
   * VzVirtioTraditionalMemoryBalloonDevice:target-virtual-machine-memory-size: (getter get_target_virtual_machine_memory_size) (setter set_target_virtual_machine_memory_size)
   *
   * How much memory the guest is to have, in bytes. Apple: `targetVirtualMachineMemorySize`.
   */
  props[PROP_TARGET] =
    g_param_spec_uint64 ("target-virtual-machine-memory-size", NULL, NULL, 0, G_MAXUINT64, 0,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
vz_virtio_traditional_memory_balloon_device_init (VzVirtioTraditionalMemoryBalloonDevice *self)
{
  g_weak_ref_init (&self->machine, NULL);
  g_mutex_init (&self->lock);
}

static guint64
read_target (VzVirtioTraditionalMemoryBalloonDevice *self)
{
  guint64 target;

  g_mutex_lock (&self->lock);
  target = self->target;
  g_mutex_unlock (&self->lock);
  return target;
}

static void
write_target (VzVirtioTraditionalMemoryBalloonDevice *self, guint64 target)
{
  guint64 before =
    vz_virtio_traditional_memory_balloon_device_get_target_virtual_machine_memory_size (self);

  g_mutex_lock (&self->lock);
  self->target = target;
  g_mutex_unlock (&self->lock);
  if (target != before)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TARGET]);
}

static gboolean
send (VzEngine *engine, guint64 target, GCancellable *cancellable, GError **error)
{
  return vz_engine_call (engine, "balloon",
                         vz_json_new ("value", vz_json_int ((gint64) target), NULL), cancellable,
                         NULL, error);
}

static void
begun (VzEngine *engine, gpointer device)
{
  guint64 target = read_target (device);
  g_autoptr (GError) error = NULL;

  if (target != 0 && !send (engine, target, NULL, &error))
    g_debug ("%s", error->message); /* QEMU has died, which is reported elsewhere */
}

VzMemoryBalloonDevice *
vz_virtio_balloon_new (VzVirtualMachine *machine)
{
  static const VzMachineListener listener = { .begun = begun };
  VzVirtioTraditionalMemoryBalloonDevice *self =
    g_object_new (VZ_TYPE_VIRTIO_TRADITIONAL_MEMORY_BALLOON_DEVICE, NULL);

  g_weak_ref_set (&self->machine, machine);
  vz_machine_core_add_listener (machine->core, &listener, G_OBJECT (self));
  return VZ_MEMORY_BALLOON_DEVICE (self);
}

/* Apple's rule: down to whole MiB, then into the range. */
static guint64
round_target (VzVirtualMachine *machine, guint64 size)
{
  guint64 least = vz_virtual_machine_configuration_get_minimum_allowed_memory_size ();
  guint64 most = vz_virtual_machine_configuration_get_memory_size (
    vz_virtual_machine_get_configuration (machine));

  return MIN (MAX (size / MIB * MIB, least), most);
}

/**
 * vz_virtio_traditional_memory_balloon_device_get_target_virtual_machine_memory_size:
 * @self: a memory balloon
 *
 * For a machine that was attached to or restored, and whose target has not been set since, this is
 * what the guest has now, according to QEMU.
 *
 * Returns: how much memory the guest is to have, in bytes; initially the amount in its
 *   configuration
 */
guint64
vz_virtio_traditional_memory_balloon_device_get_target_virtual_machine_memory_size (
  VzVirtioTraditionalMemoryBalloonDevice *self)
{
  g_autoptr (VzVirtualMachine) machine = NULL;
  guint64 target;

  g_return_val_if_fail (VZ_IS_VIRTIO_TRADITIONAL_MEMORY_BALLOON_DEVICE (self), 0);
  target = read_target (self);
  machine = g_weak_ref_get (&self->machine);
  if (target != 0 || machine == NULL ||
      vz_virtio_traditional_memory_balloon_device_query_memory_size (self, &target, NULL, NULL))
    return target;
  return vz_virtual_machine_configuration_get_memory_size (
    vz_virtual_machine_get_configuration (machine));
}

/**
 * vz_virtio_traditional_memory_balloon_device_set_target_virtual_machine_memory_size:
 * @self: a memory balloon
 * @target_virtual_machine_memory_size: how much memory the guest is to have, in bytes
 *
 * The value is rounded down to a multiple of 1 MiB, then limited to at least
 * vz_virtual_machine_configuration_get_minimum_allowed_memory_size() and at most what the
 * configuration gives. It never fails: a value set while the machine is not running takes effect at
 * its next start. vz_virtio_traditional_memory_balloon_device_query_memory_size() tells whether the
 * guest follows.
 */
void
vz_virtio_traditional_memory_balloon_device_set_target_virtual_machine_memory_size (
  VzVirtioTraditionalMemoryBalloonDevice *self, guint64 target_virtual_machine_memory_size)
{
  g_autoptr (VzVirtualMachine) machine = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (VZ_IS_VIRTIO_TRADITIONAL_MEMORY_BALLOON_DEVICE (self));
  machine = g_weak_ref_get (&self->machine);
  if (machine == NULL)
    return;
  if (!vz_virtio_traditional_memory_balloon_device_request_memory_size (
        self, target_virtual_machine_memory_size, NULL, &error))
    {
      g_debug ("%s", error->message);
      write_target (self, round_target (machine, target_virtual_machine_memory_size));
    }
}

/**
 * vz_virtio_traditional_memory_balloon_device_request_memory_size:
 * @self: a memory balloon of a machine that is running or paused
 * @size: how much memory the guest is to have, in bytes
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Sets the target as
 * vz_virtio_traditional_memory_balloon_device_set_target_virtual_machine_memory_size() does, and
 * reports when the guest cannot be asked. Not in Apple's framework.
 *
 * Returns: whether the guest was asked; otherwise @error is code 3 (state) or %VZ_ERROR_INTERNAL
 *   with QEMU's reason
 */
gboolean
vz_virtio_traditional_memory_balloon_device_request_memory_size (
  VzVirtioTraditionalMemoryBalloonDevice *self, guint64 size, GCancellable *cancellable,
  GError **error)
{
  g_autoptr (VzVirtualMachine) machine = NULL;
  guint64 target;
  VzEngine *engine;

  g_return_val_if_fail (VZ_IS_VIRTIO_TRADITIONAL_MEMORY_BALLOON_DEVICE (self), FALSE);
  engine = vz_machine_devices_find_engine (&self->machine, &machine, error);
  if (engine == NULL)
    return FALSE;
  target = round_target (machine, size);
  if (!send (engine, target, cancellable, error))
    return FALSE;
  write_target (self, target);
  return TRUE;
}

/**
 * vz_virtio_traditional_memory_balloon_device_query_memory_size:
 * @self: a memory balloon of a machine that is running or paused
 * @ret_size: (out): how much memory the guest has now, in bytes
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Queries how far the guest has followed the target: a guest without a driver keeps all its memory,
 * and one that needs its memory may stop short of it. Not in Apple's framework.
 *
 * Returns: whether the answer is known; otherwise @error is code 3 (state) or %VZ_ERROR_INTERNAL
 *   with QEMU's reason
 */
gboolean
vz_virtio_traditional_memory_balloon_device_query_memory_size (
  VzVirtioTraditionalMemoryBalloonDevice *self, guint64 *ret_size, GCancellable *cancellable,
  GError **error)
{
  g_autoptr (VzVirtualMachine) machine = NULL;
  g_autoptr (JsonNode) answer = NULL;
  JsonObject *object;
  VzEngine *engine;

  g_return_val_if_fail (VZ_IS_VIRTIO_TRADITIONAL_MEMORY_BALLOON_DEVICE (self), FALSE);
  g_return_val_if_fail (ret_size != NULL, FALSE);
  engine = vz_machine_devices_find_engine (&self->machine, &machine, error);
  if (engine == NULL ||
      !vz_engine_call (engine, "query-balloon", NULL, cancellable, &answer, error))
    return FALSE;
  object = vz_json_as_object (answer);
  if (object == NULL || !json_object_has_member (object, "actual"))
    return vz_fail (error, VZ_ERROR_INTERNAL, "QEMU does not say how much memory the guest has");
  *ret_size = (guint64) json_object_get_int_member (object, "actual");
  return TRUE;
}
