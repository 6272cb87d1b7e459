/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/machine-action.h"
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

#include <stdio.h>

#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"

#define DEFAULT_TIMEOUT 60 /* seconds */

static int arg_timeout = DEFAULT_TIMEOUT;
static gboolean arg_force;
static gboolean arg_no_force;

static const GOptionEntry options[] = {
  { "timeout", 0, 0, G_OPTION_ARG_INT, &arg_timeout,
    "Seconds to wait for the guest before switching it off (60)", "SECONDS" },
  { "force", 0, 0, G_OPTION_ARG_NONE, &arg_force, "Switch off at once, without asking the guest",
    NULL },
  { "no-force", 0, 0, G_OPTION_ARG_NONE, &arg_no_force,
    "Fail instead of switching it off when the time is up", NULL },
  G_OPTION_ENTRY_NULL,
};

typedef struct {
  Running running;
  gint64 deadline;
  gboolean woken; /* it was paused */
  gboolean forced;
  GError *unreachable; /* owned: why QEMU cannot be reached; NULL: it can */
  GError *obstacle; /* owned: why the guest could not be asked; NULL: it did not answer */
} Stop;

/* TRUE if it has stopped; FALSE without @error if it must be forced. */
static gboolean
ask (Stop *self, GCancellable *cancellable, GError **error)
{
  VzVirtualMachine *machine = self->running.machine;
  gboolean ok;

  ok = machine_action_wake (machine, &self->woken, cancellable, &self->obstacle);
  if (g_error_matches (self->obstacle, VZ_ERROR,
                       VZ_ERROR_BUSY)) /* it is being saved, which must not be disturbed */
    {
      g_propagate_error (error, g_steal_pointer (&self->obstacle));
      return FALSE;
    }
  if (ok)
    machine_action_ask_to_stop (machine, self->deadline, cancellable, &self->obstacle);
  if (vz_virtual_machine_has_ended (machine))
    {
      g_clear_error (&self->obstacle);
      return vz_virtual_machine_wait_stopped (machine, cancellable, error);
    }
  return g_cancellable_set_error_if_cancelled (cancellable, error) && FALSE;
}

static gboolean
force (Stop *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;
  g_autoptr (GError) cause = NULL;

  self->forced = TRUE;
  if (self->running.machine != NULL)
    return vz_virtual_machine_stop (self->running.machine, cancellable, error);
  configuration = vz_bundle_load_configuration (self->running.bundle, error);
  if (configuration == NULL)
    return FALSE;
  if (vz_virtual_machine_switch_off (configuration, cancellable, &cause))
    return TRUE;
  /* Why it cannot be reached is more useful than why it cannot be ended. */
  g_propagate_error (error, self->unreachable != NULL && !vz_error_is_cancelled (cause)
                              ? g_error_copy (self->unreachable)
                              : g_steal_pointer (&cause));
  return FALSE;
}

static gboolean
stop (gpointer data, GCancellable *cancellable, GError **error)
{
  Stop *self = data;
  g_autoptr (GError) cause = NULL;

  if (arg_force)
    return force (self, cancellable, error);
  if (ask (self, cancellable, &cause))
    return TRUE;
  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (!arg_no_force)
    return force (self, cancellable, error);
  if (self->obstacle != NULL)
    return vz_fail (error, VZ_ERROR_BUSY, "cannot ask the guest to stop: %s",
                    self->obstacle->message);
  return vz_fail (error, VZ_ERROR_TIMED_OUT,
                  "the guest did not stop within %d seconds; it keeps running", arg_timeout);
}

/* Forcing works whether or not QEMU answers or can be reached at all. */
static gboolean
open_machine (Stop *self, const char *argument, GError **error)
{
  Running *running = &self->running;
  g_autoptr (GError) cause = NULL;

  if (!arg_force)
    return running_open (running, argument, error);
  if (running_open_if_running (running, argument, &cause))
    return running->machine != NULL || running_fail_at_rest (running, error);
  if (running->machine != NULL || g_error_matches (cause, VZ_ERROR, VZ_ERROR_TIMED_OUT))
    return TRUE;
  if (running->bundle != NULL && g_error_matches (cause, VZ_ERROR, VZ_ERROR_BUSY))
    {
      self->unreachable = g_steal_pointer (&cause);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

static void
say_how (const Stop *self)
{
  const char *path = vz_bundle_get_path (self->running.bundle);

  if (!self->forced)
    tool_print (self->woken ? "%s: the guest was paused; it resumed and shut down\n"
                            : "%s: the guest shut down\n",
                path);
  else if (arg_force)
    tool_print ("%s: switched off\n", path);
  else if (self->obstacle != NULL)
    tool_print ("%s: the guest could not be asked and was switched off: %s\n", path,
                self->obstacle->message);
  else
    tool_print ("%s: the guest did not answer within %d seconds and was switched off\n", path,
                arg_timeout);
}

static gboolean
run_stop (VzTool *tool, GError **error)
{
  Stop self = { 0 };
  gboolean stopped;

  if (arg_timeout < 0)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--timeout: '%d' found, must be 0 or more seconds", arg_timeout);
  if (arg_force && arg_no_force)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "--force and --no-force exclude each other");
  self.deadline = vz_deadline_after ((int) MIN ((gint64) arg_timeout * 1000, G_MAXINT));
  stopped = open_machine (&self, tool->arguments[0], error) &&
            tool_wait (tool, stop, &self, NULL, error);
  if (stopped)
    say_how (&self);
  g_clear_error (&self.obstacle);
  g_clear_error (&self.unreachable);
  running_clear (&self.running);
  return stopped;
}

const VzCommand vz_command_stop = {
  .name = "stop",
  .arguments = "[BUNDLE]",
  .max_arguments = 1,
  .options = options,
  .run = run_stop,
  .summary = "Asks the guest to shut down, and switches the machine off if it does not",
  .examples = { { "vz stop",
                  "Presses the power button, and switches the machine off after a minute" },
                { "vz stop web.bundle --force", "Switches it off at once" },
                { "vz stop --timeout 300 --no-force",
                  "Gives the guest five minutes, and fails if it still runs" } },
};
