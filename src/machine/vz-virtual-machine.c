/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-virtual-machine-private.h"

#include "bundle/vz-runtime.h"
#include "configuration/vz-generic-platform-configuration.h"
#include "foundation/vz-fail.h"
#include "vz-enum-types.h"
#include "qemu/vz-guest-agent-private.h"

/**
 * VzVirtualMachine:
 *
 * A machine that can be started and stopped. Apple: `VZVirtualMachine`.
 *
 * Calls may come from any thread. Signals and notifications are emitted on the main context that
 * was the thread's default when the object was made; a program without a main loop uses the calls
 * that block, and vz_virtual_machine_wait_stopped().
 */
struct _VzVirtualMachine {
  GObject parent_instance;

  VzVirtualMachineConfiguration *configuration;
  VzMachineCore *core;
  VzGuestAgent *agent; /* made when first asked for */
  GMutex agent_lock;
  gint kill_on_exit;
};

G_DEFINE_FINAL_TYPE (VzVirtualMachine, vz_virtual_machine, G_TYPE_OBJECT)

enum {
  PROP_STATE = 1,
  PROP_CAN_START,
  PROP_CAN_STOP,
  PROP_CAN_PAUSE,
  PROP_CAN_RESUME,
  PROP_CAN_REQUEST_STOP,
  PROP_KILL_ON_EXIT,
  PROP_CONFIGURATION,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum { SIGNAL_GUEST_DID_STOP, SIGNAL_DID_STOP_WITH_ERROR, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
on_changed (GObject *owner, gboolean ended, const GError *error)
{
  g_object_freeze_notify (owner);
  for (guint i = PROP_STATE; i <= PROP_CAN_REQUEST_STOP; i++)
    g_object_notify_by_pspec (owner, props[i]);
  g_object_thaw_notify (owner);
  if (ended && error != NULL)
    g_signal_emit (owner, signals[SIGNAL_DID_STOP_WITH_ERROR], 0, error);
  else if (ended)
    g_signal_emit (owner, signals[SIGNAL_GUEST_DID_STOP], 0);
}

static gboolean
can (VzVirtualMachine *self, VzOperation operation)
{
  return vz_operation_is_allowed (operation, vz_machine_core_get_state (self->core));
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
  else if (id == PROP_CONFIGURATION)
    self->configuration = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/* A machine that nobody can reach any more goes with its last reference, unless it was meant to
 * outlive its owner. */
static void
vz_virtual_machine_finalize (GObject *object)
{
  VzVirtualMachine *self = VZ_VIRTUAL_MACHINE (object);
  VzEngine *engine = vz_machine_core_get_engine (self->core);

  if (engine != NULL && self->kill_on_exit && can (self, VZ_OPERATION_STOP))
    vz_engine_quit (engine);
  vz_machine_core_take_engine (self->core, NULL, VZ_VIRTUAL_MACHINE_STATE_STOPPED);
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
  signals[SIGNAL_GUEST_DID_STOP] =
    g_signal_new ("guest-did-stop", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);
  /**
   * VzVirtualMachine::did-stop-with-error:
   * @self: the machine
   * @error: why, with the end of QEMU's log
   *
   * The machine ended by a failure. Apple: `virtualMachine(_:didStopWithError:)`.
   */
  signals[SIGNAL_DID_STOP_WITH_ERROR] =
    g_signal_new ("did-stop-with-error", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
vz_virtual_machine_class_init (VzVirtualMachineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = vz_virtual_machine_get_property;
  object_class->set_property = vz_virtual_machine_set_property;
  object_class->finalize = vz_virtual_machine_finalize;

  /**
   * VzVirtualMachine:state: (getter get_state)
   *
   * What the machine is doing.
   */
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, VZ_TYPE_VIRTUAL_MACHINE_STATE,
                                         VZ_VIRTUAL_MACHINE_STATE_STOPPED, G_PARAM_READABLE | flags);
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
   * Whether the machine is in a state in which it could be paused.
   */
  props[PROP_CAN_PAUSE] = boolean_spec ("can-pause");
  /**
   * VzVirtualMachine:can-resume: (getter get_can_resume)
   *
   * Whether the machine is in a state in which it could be resumed.
   */
  props[PROP_CAN_RESUME] = boolean_spec ("can-resume");
  /**
   * VzVirtualMachine:can-request-stop: (getter get_can_request_stop)
   *
   * Whether vz_virtual_machine_request_stop() is allowed now.
   */
  props[PROP_CAN_REQUEST_STOP] = boolean_spec ("can-request-stop");
  /**
   * VzVirtualMachine:kill-on-exit: (getter get_kill_on_exit) (setter set_kill_on_exit)
   *
   * Whether the machine is ended with the object, and with the process however that ends. Taken
   * at the start. Not in Apple's framework, where it is always so.
   */
  props[PROP_KILL_ON_EXIT] =
    g_param_spec_boolean ("kill-on-exit", NULL, NULL, TRUE, G_PARAM_READWRITE | flags);
  /**
   * VzVirtualMachine:configuration: (getter get_configuration)
   *
   * The machine's own copy of its configuration.
   */
  props[PROP_CONFIGURATION] = g_param_spec_object (
    "configuration", NULL, NULL, VZ_TYPE_VIRTUAL_MACHINE_CONFIGURATION,
    G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  install_signals (klass);
}

static void
vz_virtual_machine_init (VzVirtualMachine *self)
{
  self->kill_on_exit = TRUE;
  g_mutex_init (&self->agent_lock);
  self->core = vz_machine_core_new (G_OBJECT (self), on_changed);
}

/**
 * vz_virtual_machine_new:
 * @configuration: what the machine is
 *
 * Makes a machine in state stopped from a copy of @configuration. It is validated by
 * vz_virtual_machine_start().
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

/* The guest's state as QEMU's monitor names it. */
static VzVirtualMachineState
ask_state (VzEngine *engine)
{
  g_autoptr (JsonNode) answer = NULL;
  const char *status = NULL;

  if (vz_engine_call (engine, "query-status", NULL, NULL, &answer, NULL) &&
      JSON_NODE_HOLDS_OBJECT (answer))
    status = json_object_get_string_member_with_default (json_node_get_object (answer), "status",
                                                         NULL);
  return g_strcmp0 (status, "paused") == 0 ? VZ_VIRTUAL_MACHINE_STATE_PAUSED
                                           : VZ_VIRTUAL_MACHINE_STATE_RUNNING;
}

/**
 * vz_virtual_machine_attach:
 * @configuration: of the machine
 * @error: return location for an error, or %NULL
 *
 * Connects to the machine with the configuration's machine identifier, which another process has
 * started. It is not killed with this object. Not in Apple's framework.
 *
 * Returns: (transfer full): the machine, running or paused; %NULL with %VZ_ERROR_NOT_FOUND when it
 *   does not run and %VZ_ERROR_BUSY when other commands are talking to it
 */
VzVirtualMachine *
vz_virtual_machine_attach (VzVirtualMachineConfiguration *configuration, GError **error)
{
  g_autoptr (VzVirtualMachine) self = NULL;
  VzMachineIdentifier *identifier;
  VzEngine *engine;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE_CONFIGURATION (configuration), NULL);
  self = vz_virtual_machine_new (configuration);
  self->kill_on_exit = FALSE;
  identifier = vz_virtual_machine_get_identifier (self);
  if (identifier == NULL)
    return vz_fail_null (error, VZ_ERROR_NOT_FOUND, "the machine is not running");
  engine = vz_engine_attach (identifier, NULL, error);
  if (engine == NULL)
    return NULL;
  vz_machine_core_take_engine (self->core, engine, ask_state (engine));
  return g_steal_pointer (&self);
}

VzMachineIdentifier *
vz_virtual_machine_get_identifier (VzVirtualMachine *self)
{
  VzPlatformConfiguration *platform =
    vz_virtual_machine_configuration_get_platform (self->configuration);

  if (!VZ_IS_GENERIC_PLATFORM_CONFIGURATION (platform))
    return NULL;
  return (VzMachineIdentifier *) vz_generic_platform_configuration_get_machine_identifier (
    VZ_GENERIC_PLATFORM_CONFIGURATION (platform));
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

/**
 * vz_virtual_machine_get_state:
 * @self: a machine
 *
 * Returns: what the machine is doing
 */
VzVirtualMachineState
vz_virtual_machine_get_state (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), VZ_VIRTUAL_MACHINE_STATE_STOPPED);
  return vz_machine_core_get_state (self->core);
}

/**
 * vz_virtual_machine_get_can_start:
 * @self: a machine
 *
 * Returns: whether it may be started now
 */
gboolean
vz_virtual_machine_get_can_start (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return can (self, VZ_OPERATION_START);
}

/**
 * vz_virtual_machine_get_can_stop:
 * @self: a machine
 *
 * Returns: whether it may be stopped now
 */
gboolean
vz_virtual_machine_get_can_stop (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return can (self, VZ_OPERATION_STOP);
}

/**
 * vz_virtual_machine_get_can_pause:
 * @self: a machine
 *
 * Returns: whether it could be paused now
 */
gboolean
vz_virtual_machine_get_can_pause (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return can (self, VZ_OPERATION_PAUSE);
}

/**
 * vz_virtual_machine_get_can_resume:
 * @self: a machine
 *
 * Returns: whether it could be resumed now
 */
gboolean
vz_virtual_machine_get_can_resume (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return can (self, VZ_OPERATION_RESUME);
}

/**
 * vz_virtual_machine_get_can_request_stop:
 * @self: a machine
 *
 * Returns: whether the guest may be asked to stop now
 */
gboolean
vz_virtual_machine_get_can_request_stop (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return can (self, VZ_OPERATION_REQUEST_STOP);
}

/**
 * vz_virtual_machine_get_kill_on_exit:
 * @self: a machine
 *
 * Returns: whether the machine is ended with the object and the process
 */
gboolean
vz_virtual_machine_get_kill_on_exit (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return g_atomic_int_get (&self->kill_on_exit);
}

/**
 * vz_virtual_machine_set_kill_on_exit:
 * @self: a machine
 * @kill_on_exit: whether the machine is ended with the object and the process; %TRUE at first
 *
 * To be set before the start.
 */
void
vz_virtual_machine_set_kill_on_exit (VzVirtualMachine *self, gboolean kill_on_exit)
{
  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE (self));
  kill_on_exit = !!kill_on_exit;
  if (g_atomic_int_get (&self->kill_on_exit) == kill_on_exit)
    return;
  g_atomic_int_set (&self->kill_on_exit, kill_on_exit);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_KILL_ON_EXIT]);
}

/**
 * vz_virtual_machine_get_configuration:
 * @self: a machine
 *
 * Returns: (transfer none): the machine's own copy, not to be changed
 */
VzVirtualMachineConfiguration *
vz_virtual_machine_get_configuration (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  return self->configuration;
}

/**
 * vz_virtual_machine_start:
 * @self: a machine in state stopped or error
 * @cancellable: (nullable): cancels the start
 * @error: return location for an error, or %NULL
 *
 * Validates the configuration and starts the machine; returns when the guest executes. A start that
 * fails leaves nothing behind, and the state as it was.
 *
 * Returns: whether it runs; otherwise @error is code 2 (configuration), 4 (state),
 *   %VZ_ERROR_NOT_SUPPORTED (no QEMU or firmware), %VZ_ERROR_BUSY (machine or disk in use),
 *   %VZ_ERROR_NETWORK_ERROR (port taken), or %VZ_ERROR_INTERNAL with the end of QEMU's log
 */
gboolean
vz_virtual_machine_start (VzVirtualMachine *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return vz_virtual_machine_start_with_kernel_options (self, NULL, cancellable, error);
}

gboolean
vz_virtual_machine_start_with_kernel_options (VzVirtualMachine *self, const char *kernel_options,
                                              GCancellable *cancellable, GError **error)
{
  VzEngineOptions options = { vz_virtual_machine_get_kill_on_exit (self), kernel_options };
  VzVirtualMachineState before;
  VzEngine *engine = NULL;

  if (!vz_machine_core_begin (self->core, VZ_OPERATION_START, VZ_VIRTUAL_MACHINE_STATE_STARTING,
                              &before, error))
    return FALSE;
  if (vz_virtual_machine_configuration_validate (self->configuration, error))
    engine = vz_engine_start (self->configuration, &options, cancellable, error);
  if (engine == NULL)
    {
      vz_machine_core_set_state (self->core, before);
      return FALSE;
    }
  vz_machine_core_take_engine (self->core, engine, VZ_VIRTUAL_MACHINE_STATE_RUNNING);
  return TRUE;
}

/**
 * vz_virtual_machine_stop:
 * @self: a machine that runs or is paused
 * @cancellable: (nullable): stops the wait; the machine is stopped all the same
 * @error: return location for an error, or %NULL
 *
 * Stops the machine at once, as pulling the plug would; the guest gets no chance to save anything.
 * vz_virtual_machine_request_stop() is the gentle way.
 *
 * Returns: whether it is stopped; otherwise @error is code 4 (state)
 */
gboolean
vz_virtual_machine_stop (VzVirtualMachine *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  if (!vz_machine_core_begin (self->core, VZ_OPERATION_STOP, VZ_VIRTUAL_MACHINE_STATE_STOPPING, NULL,
                              error))
    return FALSE;
  vz_engine_quit (vz_machine_core_get_engine (self->core));
  return vz_machine_core_wait_stopped (self->core, -1, cancellable, error);
}

/**
 * vz_virtual_machine_request_stop:
 * @self: a machine that runs
 * @error: return location for an error, or %NULL
 *
 * Presses the machine's power button (ACPI). The guest may take its time or ignore it;
 * #VzVirtualMachine::guest-did-stop tells of success.
 *
 * Returns: whether the request was delivered; otherwise @error is code 3 (state) or
 *   %VZ_ERROR_INTERNAL
 */
gboolean
vz_virtual_machine_request_stop (VzVirtualMachine *self, GError **error)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return vz_operation_check (VZ_OPERATION_REQUEST_STOP, vz_machine_core_get_state (self->core),
                             error) &&
         vz_engine_call (vz_machine_core_get_engine (self->core), "system_powerdown", NULL, NULL,
                         NULL, error);
}

/**
 * vz_virtual_machine_wait_stopped:
 * @self: a machine
 * @cancellable: (nullable): stops the wait, not the machine
 * @error: return location for an error, or %NULL
 *
 * Waits until the machine is in state stopped or error; returns at once when it is already.
 *
 * Returns: %TRUE when it is stopped; %FALSE with the machine's own error when it ended by a
 *   failure, or with that of @cancellable
 */
gboolean
vz_virtual_machine_wait_stopped (VzVirtualMachine *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return vz_machine_core_wait_stopped (self->core, -1, cancellable, error);
}

/**
 * vz_virtual_machine_get_guest_agent:
 * @self: a machine
 *
 * Returns: (transfer none) (nullable): the agent in the guest, to be asked while the machine runs;
 *   %NULL when the machine has no runtime directory
 */
VzGuestAgent *
vz_virtual_machine_get_guest_agent (VzVirtualMachine *self)
{
  VzMachineIdentifier *identifier;
  VzGuestAgent *agent;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  identifier = vz_virtual_machine_get_identifier (self);
  g_mutex_lock (&self->agent_lock);
  if (self->agent == NULL && identifier != NULL)
    {
      g_autofree char *directory = vz_runtime_directory_for (identifier, NULL);

      if (directory != NULL)
        self->agent = vz_guest_agent_new (directory);
    }
  agent = self->agent;
  g_mutex_unlock (&self->agent_lock);
  return agent;
}

/**
 * vz_virtual_machine_dup_emulation_reason:
 * @self: a machine
 *
 * Returns: (transfer full) (nullable): why the guest's code is emulated, one sentence; %NULL when it
 *   is not, or the machine was not started by this object
 */
char *
vz_virtual_machine_dup_emulation_reason (VzVirtualMachine *self)
{
  VzEngine *engine;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  engine = vz_machine_core_get_engine (self->core);
  return engine != NULL ? g_strdup (vz_engine_get_emulation_reason (engine)) : NULL;
}
