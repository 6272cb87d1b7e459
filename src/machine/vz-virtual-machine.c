/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-virtual-machine-private.h"

#include "bundle/vz-runtime.h"
#include "configuration/platform/vz-mac-platform-configuration.h"
#include "configuration/vz-configuration-rules.h"
#include "foundation/vz-fail.h"
#include "machine/vz-network-device-private.h"
#include "machine/vz-same-machine.h"
#include "vz-enum-types.h"

/**
 * VzVirtualMachine:
 *
 * A machine that can be started and stopped. Apple: `VZVirtualMachine`.
 *
 * Calls may come from any thread. Signals and notifications are emitted on the main context that
 * was the thread's default when the object was made; a program without a main loop uses the calls
 * that block, and vz_virtual_machine_wait_stopped().
 *
 * ```c
 * g_autoptr (VzVirtualMachine) machine = vz_virtual_machine_new (configuration);
 *
 * if (vz_virtual_machine_start (machine, NULL, &error))
 *   vz_virtual_machine_wait_stopped (machine, NULL, &error);
 * ```
 *
 * QEMU: one process, driven over QMP.
 *
 * Since: 0.1
 */
G_DEFINE_FINAL_TYPE (VzVirtualMachine, vz_virtual_machine, G_TYPE_OBJECT)

#define AGENT_WAIT_MS (60 * 1000) /* to be there, before what needs it in the end */

enum {
  PROP_STATE = 1,
  PROP_CAN_START,
  PROP_CAN_STOP,
  PROP_CAN_PAUSE,
  PROP_CAN_RESUME,
  PROP_CAN_REQUEST_STOP,
  PROP_KILL_ON_EXIT,
  PROP_EPHEMERAL,
  PROP_KEEPS_NETWORK_ATTACHMENTS,
  PROP_CONFIGURATION,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum {
  SIGNAL_GUEST_DID_STOP,
  SIGNAL_DID_STOP_WITH_ERROR,
  SIGNAL_DID_PAUSE_WITH_ERROR,
  SIGNAL_NETWORK_DEVICE_ATTACHMENT_WAS_DISCONNECTED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
notify_state (GObject *owner)
{
  g_object_freeze_notify (owner);
  for (guint i = PROP_STATE; i <= PROP_CAN_REQUEST_STOP; i++)
    g_object_notify_by_pspec (owner, props[i]);
  g_object_thaw_notify (owner);
}

static void
on_told (GObject *owner, VzMachineNews news, const char *device, const GError *error)
{
  VzVirtualMachine *self = VZ_VIRTUAL_MACHINE (owner);
  g_autoptr (GError) named = NULL;

  switch (news)
    {
    case VZ_MACHINE_CHANGED:
      notify_state (owner);
      break;
    case VZ_MACHINE_ENDED:
      notify_state (owner);
      if (error != NULL)
        g_signal_emit (owner, signals[SIGNAL_DID_STOP_WITH_ERROR], 0, error);
      else
        g_signal_emit (owner, signals[SIGNAL_GUEST_DID_STOP], 0);
      break;
    case VZ_MACHINE_DISK_FAILED:
      named = vz_virtual_machine_name_disk_error (self, device, error);
      g_signal_emit (owner, signals[SIGNAL_DID_PAUSE_WITH_ERROR], 0, named);
      break;
    default:
      g_assert_not_reached ();
    }
}

void
vz_virtual_machine_tell_disconnected (VzVirtualMachine *self, VzNetworkDevice *device,
                                      const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_NETWORK_DEVICE_ATTACHMENT_WAS_DISCONNECTED], 0, device,
                 error);
}

static void
vz_virtual_machine_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VzVirtualMachine *self = VZ_VIRTUAL_MACHINE (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, (gint) vz_virtual_machine_get_state (self));
      break;
    case PROP_CAN_START:
      g_value_set_boolean (value, vz_virtual_machine_get_can_start (self));
      break;
    case PROP_CAN_STOP:
      g_value_set_boolean (value, vz_virtual_machine_get_can_stop (self));
      break;
    case PROP_CAN_PAUSE:
      g_value_set_boolean (value, vz_virtual_machine_get_can_pause (self));
      break;
    case PROP_CAN_RESUME:
      g_value_set_boolean (value, vz_virtual_machine_get_can_resume (self));
      break;
    case PROP_CAN_REQUEST_STOP:
      g_value_set_boolean (value, vz_virtual_machine_get_can_request_stop (self));
      break;
    case PROP_KILL_ON_EXIT:
      g_value_set_boolean (value, vz_virtual_machine_get_kill_on_exit (self));
      break;
    case PROP_EPHEMERAL:
      g_value_set_boolean (value, vz_virtual_machine_get_ephemeral (self));
      break;
    case PROP_KEEPS_NETWORK_ATTACHMENTS:
      g_value_set_boolean (value, vz_virtual_machine_get_keeps_network_attachments (self));
      break;
    case PROP_CONFIGURATION:
      g_value_set_object (value, self->configuration);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vz_virtual_machine_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  VzVirtualMachine *self = VZ_VIRTUAL_MACHINE (object);

  if (id == PROP_KILL_ON_EXIT)
    vz_virtual_machine_set_kill_on_exit (self, g_value_get_boolean (value));
  else if (id == PROP_EPHEMERAL)
    vz_virtual_machine_set_ephemeral (self, g_value_get_boolean (value));
  else if (id == PROP_KEEPS_NETWORK_ATTACHMENTS)
    vz_virtual_machine_set_keeps_network_attachments (self, g_value_get_boolean (value));
  else if (id == PROP_CONFIGURATION)
    self->configuration = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
vz_virtual_machine_constructed (GObject *object)
{
  VzVirtualMachine *self = VZ_VIRTUAL_MACHINE (object);

  G_OBJECT_CLASS (vz_virtual_machine_parent_class)->constructed (object);
  self->nbd_watch = vz_nbd_watch_new (self);
  self->network_devices = vz_network_device_list_new (self);
}

/* A machine that can no longer be reached ends with its last reference, unless it was meant to
 * outlive its owner. */
static void
vz_virtual_machine_finalize (GObject *object)
{
  VzVirtualMachine *self = VZ_VIRTUAL_MACHINE (object);
  VzEngine *engine = vz_machine_core_get_engine (self->core);

  if (engine != NULL && self->kill_on_exit && vz_virtual_machine_get_can_stop (self))
    vz_engine_quit (engine);
  vz_machine_core_take_engine (self->core, NULL);
  vz_nbd_watch_end (self->nbd_watch);
  g_ptr_array_unref (self->network_devices);
  vz_machine_core_unref (self->core);
  g_clear_object (&self->agent);
  g_clear_object (&self->configuration);
  g_mutex_clear (&self->agent_lock);
  G_OBJECT_CLASS (vz_virtual_machine_parent_class)->finalize (object);
}

static GParamSpec *
boolean_spec (const char *name)
{
  return g_param_spec_boolean (name, NULL, NULL, FALSE,
                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
}

static void
install_signals (VzVirtualMachineClass *klass)
{
  /**
   * VzVirtualMachine::guest-did-stop:
   * @self: the machine
   *
   * The guest powered itself off, or another command ended the machine; not emitted for
   * vz_virtual_machine_stop(). Apple: `guestDidStop`.
   */
  signals[SIGNAL_GUEST_DID_STOP] = g_signal_new ("guest-did-stop", G_TYPE_FROM_CLASS (klass),
                                                 G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                 G_TYPE_NONE, 0);
  /**
   * VzVirtualMachine::did-stop-with-error:
   * @self: the machine
   * @error: why, with the end of QEMU's log
   *
   * The machine ended with a failure. Apple: `virtualMachine(_:didStopWithError:)`.
   */
  signals[SIGNAL_DID_STOP_WITH_ERROR] =
    g_signal_new ("did-stop-with-error", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  /**
   * VzVirtualMachine::did-pause-with-error:
   * @self: the machine
   * @error: which disk, and why: %VZ_ERROR_OUT_OF_DISK_SPACE or %VZ_ERROR_IO
   *
   * The guest was paused because the host could not write to its disk. Nothing is lost: once the
   * cause is gone, vz_virtual_machine_resume() repeats the write. Not in Apple's framework.
   */
  signals[SIGNAL_DID_PAUSE_WITH_ERROR] =
    g_signal_new ("did-pause-with-error", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  /**
   * VzVirtualMachine::network-device-attachment-was-disconnected:
   * @self: the machine
   * @network_device: the device, one of vz_virtual_machine_get_network_devices()
   * @error: why: %VZ_ERROR_NETWORK_ERROR, or that of vz_network_device_change_attachment()
   *
   * The host's end of a network device is gone, or an attachment that was set could not be used;
   * the machine keeps running without it. #VzNetworkDevice says what is noticed for which
   * attachment. Apple: `virtualMachine(_:networkDevice:attachmentWasDisconnectedWithError:)`.
   */
  signals[SIGNAL_NETWORK_DEVICE_ATTACHMENT_WAS_DISCONNECTED] =
    g_signal_new ("network-device-attachment-was-disconnected", G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, VZ_TYPE_NETWORK_DEVICE,
                  G_TYPE_ERROR);
}

static void
install_abilities (void)
{
  /**
   * VzVirtualMachine:can-start: (getter get_can_start)
   *
   * Whether vz_virtual_machine_start() is allowed now.
   */
  props[PROP_CAN_START] = boolean_spec ("can-start");
  /**
   * VzVirtualMachine:can-stop: (getter get_can_stop)
   *
   * Whether vz_virtual_machine_stop() is allowed now.
   */
  props[PROP_CAN_STOP] = boolean_spec ("can-stop");
  /**
   * VzVirtualMachine:can-pause: (getter get_can_pause)
   *
   * Whether vz_virtual_machine_pause() is allowed now.
   */
  props[PROP_CAN_PAUSE] = boolean_spec ("can-pause");
  /**
   * VzVirtualMachine:can-resume: (getter get_can_resume)
   *
   * Whether vz_virtual_machine_resume() is allowed now.
   */
  props[PROP_CAN_RESUME] = boolean_spec ("can-resume");
  /**
   * VzVirtualMachine:can-request-stop: (getter get_can_request_stop)
   *
   * Whether vz_virtual_machine_request_stop() is allowed now.
   */
  props[PROP_CAN_REQUEST_STOP] = boolean_spec ("can-request-stop");
}

static void
vz_virtual_machine_class_init (VzVirtualMachineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = vz_virtual_machine_get_property;
  object_class->set_property = vz_virtual_machine_set_property;
  object_class->constructed = vz_virtual_machine_constructed;
  object_class->finalize = vz_virtual_machine_finalize;

  /**
   * VzVirtualMachine:state: (getter get_state)
   *
   * What the machine is doing.
   */
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, VZ_TYPE_VIRTUAL_MACHINE_STATE,
                                         VZ_VIRTUAL_MACHINE_STATE_STOPPED,
                                         G_PARAM_READABLE | flags);
  install_abilities ();
  /**
   * VzVirtualMachine:kill-on-exit: (getter get_kill_on_exit) (setter set_kill_on_exit)
   *
   * Whether the machine ends with the object, and with the process however that ends. It is read at
   * the start. Not in Apple's framework, where this is always so.
   */
  props[PROP_KILL_ON_EXIT] =
    g_param_spec_boolean ("kill-on-exit", NULL, NULL, TRUE, G_PARAM_READWRITE | flags);
  /**
   * VzVirtualMachine:ephemeral: (getter get_ephemeral) (setter set_ephemeral)
   *
   * Whether what the guest writes is lost when the machine ends. It is read at the start. Not in
   * Apple's framework.
   */
  props[PROP_EPHEMERAL] =
    g_param_spec_boolean ("ephemeral", NULL, NULL, FALSE, G_PARAM_READWRITE | flags);
  /**
   * VzVirtualMachine:keeps-network-attachments: (getter get_keeps_network_attachments) (setter set_keeps_network_attachments)
   *
   * Whether network devices keep the attachments that they have at the start, without a QEMU hub in
   * between; the guest notices no difference. `vz run` sets it. It is read at the start. Not in
   * Apple's framework.
   */
  props[PROP_KEEPS_NETWORK_ATTACHMENTS] = g_param_spec_boolean ("keeps-network-attachments", NULL,
                                                                NULL, FALSE,
                                                                G_PARAM_READWRITE | flags);
  /**
   * VzVirtualMachine:configuration: (getter get_configuration)
   *
   * The machine's own copy of its configuration.
   */
  props[PROP_CONFIGURATION] =
    g_param_spec_object ("configuration", NULL, NULL, VZ_TYPE_VIRTUAL_MACHINE_CONFIGURATION,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  install_signals (klass);
}

static void
vz_virtual_machine_init (VzVirtualMachine *self)
{
  self->kill_on_exit = TRUE;
  g_mutex_init (&self->agent_lock);
  self->core = vz_machine_core_new (G_OBJECT (self), on_told);
}

/**
 * vz_virtual_machine_new:
 * @configuration: the configuration of the machine
 *
 * Makes a machine in state stopped from a copy of @configuration, which vz_virtual_machine_start()
 * validates.
 *
 * Returns: (transfer full): the machine
 */
VzVirtualMachine *
vz_virtual_machine_new (VzVirtualMachineConfiguration *configuration)
{
  g_autoptr (VzConfig) copy = NULL;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE_CONFIGURATION (configuration), NULL);
  copy = vz_config_copy (VZ_CONFIG (configuration));
  return g_object_new (VZ_TYPE_VIRTUAL_MACHINE, "configuration", copy, NULL);
}

/**
 * vz_virtual_machine_attach:
 * @configuration: the configuration of the machine
 * @error: return location for an error, or %NULL
 *
 * Attaches to the machine with the configuration's machine identifier, which another process has
 * started. It is not killed with this object. Not in Apple's framework.
 *
 * The object follows what other programs do with the machine. Any number of programs may be
 * attached at once; the seventh and later ones learn of changes a second later.
 *
 * Returns: (transfer full): the machine, running or paused; %NULL with %VZ_ERROR_NOT_FOUND when it
 *   is not running, %VZ_ERROR_BUSY when a copy of the machine is running, with the same identifier
 *   and another disk, %VZ_ERROR_TIMED_OUT when QEMU hangs
 */
VzVirtualMachine *
vz_virtual_machine_attach (VzVirtualMachineConfiguration *configuration, GError **error)
{
  g_autoptr (VzVirtualMachine) self = NULL;
  VzEngine *engine;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE_CONFIGURATION (configuration), NULL);
  self = vz_virtual_machine_new (configuration);
  self->kill_on_exit = FALSE;
  engine = vz_engine_attach (self->configuration, NULL, error);
  if (engine == NULL)
    return NULL;
  vz_machine_core_take_engine (self->core, engine);
  return vz_same_machine_check (engine, configuration, error) ? g_steal_pointer (&self) : NULL;
}

VzMachineIdentifier *
vz_virtual_machine_get_identifier (VzVirtualMachine *self)
{
  return vz_virtual_machine_configuration_get_identifier (self->configuration);
}

char *
vz_virtual_machine_dup_runtime_dir (VzVirtualMachine *self, GError **error)
{
  VzEngine *engine = vz_machine_core_get_engine (self->core);
  VzMachineIdentifier *identifier = vz_virtual_machine_get_identifier (self);

  if (engine != NULL)
    return g_strdup (vz_engine_get_runtime_dir (engine));
  return identifier != NULL
           ? vz_runtime_directory_for (identifier, error)
           : vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED, "the machine has no identifier");
}

char *
vz_virtual_machine_dup_state_dir (VzVirtualMachine *self)
{
  VzEngine *engine = vz_machine_core_get_engine (self->core);
  VzMachineIdentifier *identifier = vz_virtual_machine_get_identifier (self);

  if (engine != NULL)
    return g_strdup (vz_engine_get_state_dir (engine));
  return identifier != NULL ? vz_state_directory_for (identifier, NULL) : NULL;
}

VzEngine *
vz_virtual_machine_get_running_engine (VzVirtualMachine *self, GError **error)
{
  VzVirtualMachineState state = vz_machine_core_get_state (self->core);

  if (vz_operation_is_allowed (VZ_OPERATION_STOP, state)) /* running or paused */
    return vz_machine_core_get_engine (self->core);
  return vz_fail_null (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE,
                       "the machine is not running: its state is '%s'",
                       vz_virtual_machine_state_get_name (state));
}

VzEngine *
vz_virtual_machine_get_freezable_engine (VzVirtualMachine *self, GCancellable *cancellable,
                                         GError **error)
{
  VzEngine *engine = vz_virtual_machine_get_running_engine (self, error);

  if (engine == NULL)
    return NULL;
  if (vz_engine_is_ephemeral (engine))
    return vz_fail_null (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE,
                         "the machine is ephemeral: its guest's changes are not in the bundle");
  /* Its disk is opened twice, and nobody else can follow one of the two. */
  if (VZ_IS_MAC_PLATFORM_CONFIGURATION (
        vz_virtual_machine_configuration_get_platform (self->configuration)))
    return vz_fail_null (
      error, VZ_ERROR_NOT_SUPPORTED,
      "a Mac's disk and auxiliary storage can be copied only while it is stopped");
  if (vz_virtual_machine_check_awake (self, cancellable, error) &&
      vz_guest_agent_wait (vz_virtual_machine_get_guest_agent (self), AGENT_WAIT_MS, cancellable,
                           error))
    return engine;
  vz_fail_prefix (error, "cannot freeze the guest's file systems: ");
  return NULL;
}
