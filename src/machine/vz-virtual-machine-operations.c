/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-virtual-machine-private.h"

#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"
#include "machine/vz-pause-note.h"
#include "qemu/vz-stream.h"

#include <unistd.h>

#define RETRY_MS 2000
#define RETRY_INTERVAL_MS 20
#define SERVER_TIMEOUT_MS (18 * 1000) /* QEMU's longest interval, plus the connection */
#define SERVER_INTERVAL_MS 2000

/**
 * vz_virtual_machine_start:
 * @self: a machine in state stopped or error
 * @cancellable: (nullable): cancels the start
 * @error: return location for an error, or %NULL
 *
 * Validates the configuration and starts the machine; returns once the guest is executing. A start
 * that fails leaves nothing behind, and leaves the state as it was.
 *
 * Returns: whether it is running; otherwise @error is code 2 (configuration; machine or disk in
 *   use, with %VZ_ERROR_BUSY as its underlying code), 4 (state), %VZ_ERROR_NOT_SUPPORTED (no QEMU
 *   or firmware), %VZ_ERROR_NETWORK_ERROR (port taken, with %VZ_ERROR_BUSY as its underlying code),
 *   or %VZ_ERROR_INTERNAL with the end of QEMU's log
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
  VzEngineOptions options = { .kill_on_exit = vz_virtual_machine_get_kill_on_exit (self),
                              .ephemeral = vz_virtual_machine_get_ephemeral (self),
                              .keeps_networks =
                                vz_virtual_machine_get_keeps_network_attachments (self),
                              .kernel_options = kernel_options,
                              .kernel_boot = self->kernel_boot,
                              .firmware_file = self->firmware_file };
  VzVirtualMachineState before;
  VzEngine *engine = NULL;

  if (!vz_machine_core_begin (self->core, VZ_OPERATION_START, VZ_VIRTUAL_MACHINE_STATE_STARTING,
                              &before, error))
    return FALSE;
  if (vz_virtual_machine_configuration_validate (self->configuration, error))
    engine = vz_engine_start (self->configuration, &options, cancellable, error);
  if (engine == NULL)
    {
      vz_machine_core_leave (self->core, VZ_VIRTUAL_MACHINE_STATE_STARTING, before);
      return vz_fail_generalize (error, VZ_ERROR_BUSY,
                                 VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
    }
  vz_virtual_machine_forget_pauses (self);
  vz_machine_core_take_engine (self->core, engine);
  return TRUE;
}

/* Makes QEMU pause or resume the guest, between two states. */
static gboolean
change (VzVirtualMachine *self, VzOperation operation, VzVirtualMachineState on_the_way,
        const char *command, GCancellable *cancellable, GError **error)
{
  VzEngine *engine;
  gboolean ok;

  if (!vz_machine_core_begin (self->core, operation, on_the_way, NULL, error))
    return FALSE;
  engine = vz_machine_core_get_engine (self->core);
  if (operation == VZ_OPERATION_RESUME)
    vz_engine_settle_state (engine, cancellable);
  ok = vz_engine_call (engine, command, NULL, cancellable, NULL, error);
  vz_machine_core_leave_to_guest (self->core, on_the_way);
  return ok;
}

/**
 * vz_virtual_machine_pause:
 * @self: a running machine
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Pauses the guest: its processors stop, its devices finish what they have begun, and what it has
 * written is on the host's disk. Apple: `pause`.
 *
 * Returns: whether it is paused; otherwise @error is code 4 (state), %VZ_ERROR_TIMED_OUT when QEMU
 *   hangs, or %VZ_ERROR_INTERNAL with the end of QEMU's log when it died
 */
gboolean
vz_virtual_machine_pause (VzVirtualMachine *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return change (self, VZ_OPERATION_PAUSE, VZ_VIRTUAL_MACHINE_STATE_PAUSING, "stop", cancellable,
                 error);
}

/* The guest's clock stopped with it. Without an agent, only its battery-backed clock is right. */
static void
put_clock_right (VzVirtualMachine *self, GCancellable *cancellable)
{
  VzGuestAgent *agent = vz_virtual_machine_get_guest_agent (self);
  VzPortState port;
  g_autoptr (GError) error = NULL;

  if (agent == NULL ||
      !vz_engine_query_port (vz_machine_core_get_engine (self->core), VZ_AGENT_PORT, &port,
                             cancellable, NULL) ||
      port != VZ_PORT_OPEN ||
      vz_guest_agent_set_time (agent, g_get_real_time (), cancellable, &error))
    return;
  g_debug ("%s", error->message); /* the guest runs anyway */
}

/* Another program is saving the machine, and its state would be outdated if the guest resumed. */
static gboolean
is_at_work (VzVirtualMachine *self, GError **error)
{
  g_autofree char *directory = vz_virtual_machine_dup_runtime_dir (self, NULL);
  g_autofree char *purpose = NULL;
  int pid = 0;

  return directory != NULL &&
         vz_pause_note_read (directory, &pid, &purpose) == VZ_PAUSE_NOTE_HELD && pid != getpid () &&
         !vz_fail (error, VZ_ERROR_BUSY,
                   "the machine is being saved or restored by process %d (%s)", pid, purpose);
}

/* QEMU immediately retries what failed, and pauses the guest again if it fails again. */
static gboolean
stays_awake (VzVirtualMachine *self, GCancellable *cancellable, GError **error)
{
  gint64 until = vz_deadline_after (RETRY_MS);
  g_autoptr (GError) again = NULL;

  while (again == NULL && !vz_deadline_is_past (until) &&
         vz_pause (RETRY_INTERVAL_MS, cancellable, NULL))
    again = vz_virtual_machine_dup_pause_error (self, cancellable);
  if (again == NULL)
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&again),
                              "it was resumed and has paused again: ");
  return FALSE;
}

/* QEMU checks for a lost server at intervals, and a guest that is resumed before the next check is
 * paused again at once, although the server may be back. */
static gboolean
go_on (VzVirtualMachine *self, GCancellable *cancellable, GError **error)
{
  gint64 until = vz_deadline_after (SERVER_TIMEOUT_MS);

  for (;;)
    {
      gboolean on_server = FALSE;
      g_autoptr (GError)
        before = vz_virtual_machine_find_pause_error (self, &on_server, cancellable);
      g_autoptr (GError) again = NULL;

      if (!change (self, VZ_OPERATION_RESUME, VZ_VIRTUAL_MACHINE_STATE_RESUMING, "cont",
                   cancellable, error))
        return FALSE;
      if (before == NULL || stays_awake (self, cancellable, &again))
        return TRUE;
      if (!on_server || vz_deadline_is_past (until) ||
          !vz_pause (SERVER_INTERVAL_MS, cancellable, NULL))
        {
          g_propagate_error (error, g_steal_pointer (&again));
          return FALSE;
        }
    }
}

/**
 * vz_virtual_machine_resume:
 * @self: a paused machine
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Resumes the guest, and sets its clock if the guest has an agent. The clock that a guest reads
 * when it boots (RTC) always keeps running during a pause. If the guest was paused because a disk's
 * server was gone, QEMU is given up to 20 seconds to find it. Apple: `resume`.
 *
 * Returns: whether it was resumed; otherwise @error is as for vz_virtual_machine_pause(), that of
 *   vz_virtual_machine_dup_pause_error() when the disk that caused the pause causes another one at
 *   once, or %VZ_ERROR_BUSY when another program began to write to a disk while a saved state was
 *   being restored
 */
gboolean
vz_virtual_machine_resume (VzVirtualMachine *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  if (is_at_work (self, error) || !go_on (self, cancellable, error))
    return FALSE;
  if (!vz_engine_check_locks (vz_machine_core_get_engine (self->core), TRUE, error))
    {
      change (self, VZ_OPERATION_PAUSE, VZ_VIRTUAL_MACHINE_STATE_PAUSING, "stop", NULL, NULL);
      return FALSE;
    }
  put_clock_right (self, cancellable);
  return TRUE;
}

/**
 * vz_virtual_machine_stop:
 * @self: a machine that is running or paused
 * @cancellable: (nullable): stops the wait; the machine is stopped all the same
 * @error: return location for an error, or %NULL
 *
 * Stops the machine at once, like pulling the plug; the guest gets no chance to save anything.
 * vz_virtual_machine_request_stop() is the gentle way.
 *
 * Returns: whether it is stopped; otherwise @error is code 4 (state)
 */
gboolean
vz_virtual_machine_stop (VzVirtualMachine *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  if (!vz_machine_core_begin (self->core, VZ_OPERATION_STOP, VZ_VIRTUAL_MACHINE_STATE_STOPPING,
                              NULL, error))
    return FALSE;
  vz_engine_quit (vz_machine_core_get_engine (self->core));
  return vz_machine_core_wait_stopped (self->core, -1, cancellable, error);
}

/**
 * vz_virtual_machine_request_stop:
 * @self: a running machine
 * @error: return location for an error, or %NULL
 *
 * Presses the machine's power button (ACPI). The guest may take its time or ignore it;
 * #VzVirtualMachine::guest-did-stop reports success.
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
 * Waits until the machine is in state stopped or error; returns at once if it already is.
 *
 * Returns: %TRUE when it is stopped; %FALSE with the machine's own error when it ended with a
 *   failure, or with that of @cancellable
 */
gboolean
vz_virtual_machine_wait_stopped (VzVirtualMachine *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return vz_machine_core_wait_stopped (self->core, -1, cancellable, error);
}

/**
 * vz_virtual_machine_wait_state_change:
 * @self: a machine
 * @state: the state that it was last seen in
 * @timeout_ms: the timeout in milliseconds, 0 or more
 * @cancellable: (nullable): stops the wait, not the machine
 * @error: return location for an error, or %NULL
 *
 * Waits until the machine's state is no longer @state, or until @timeout_ms has passed; returns at
 * once if its state already differs. Not in Apple's framework.
 *
 * Returns: %TRUE, whether or not the state has changed; %FALSE with %G_IO_ERROR_CANCELLED
 */
gboolean
vz_virtual_machine_wait_state_change (VzVirtualMachine *self, VzVirtualMachineState state,
                                      int timeout_ms, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && timeout_ms >= 0, FALSE);
  return vz_machine_core_wait_change (self->core, state, timeout_ms, cancellable, error);
}

/**
 * vz_virtual_machine_has_ended:
 * @self: a machine
 *
 * Not in Apple's framework.
 *
 * Returns: whether the machine is in state stopped or error
 */
gboolean
vz_virtual_machine_has_ended (VzVirtualMachine *self)
{
  VzVirtualMachineState state;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  state = vz_machine_core_get_state (self->core);
  return state == VZ_VIRTUAL_MACHINE_STATE_STOPPED || state == VZ_VIRTUAL_MACHINE_STATE_ERROR;
}
