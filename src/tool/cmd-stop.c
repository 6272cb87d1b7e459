/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"
#include "tool/running.h"

#include <stdio.h>

#include "foundation/vz-fail.h"

#define DEFAULT_TIMEOUT 60 /* seconds */

static int arg_timeout = DEFAULT_TIMEOUT;
static gboolean arg_force;
static gboolean arg_no_force;

static const GOptionEntry options[] = {
  { "timeout", 0, 0, G_OPTION_ARG_INT, &arg_timeout, "How long the guest may take before it is forced (60)", "SECONDS" },
  { "force", 0, 0, G_OPTION_ARG_NONE, &arg_force, "Do not ask the guest, switch off at once", NULL },
  { "no-force", 0, 0, G_OPTION_ARG_NONE, &arg_no_force, "Fail rather than force when the time is over", NULL },
  G_OPTION_ENTRY_NULL,
};

typedef struct {
  VzVirtualMachine *machine;
  GCancellable *time_over; /* cancelled by the timer, and with the command */
  gboolean forced;
} Stop;

static gboolean
on_time_over (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_CONTINUE; /* the source is removed by its owner */
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  g_cancellable_cancel (data);
}

static gboolean
stop (gpointer data, GCancellable *cancellable, GError **error)
{
  Stop *self = data;
  g_autoptr (GError) cause = NULL;
  gulong handler;
  gboolean stopped;

  if (!arg_force)
    {
      handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self->time_over, NULL);
      stopped = vz_virtual_machine_request_stop (self->machine, &cause) &&
                vz_virtual_machine_wait_stopped (self->machine, self->time_over, &cause);
      g_cancellable_disconnect (cancellable, handler);
      if (stopped)
        return TRUE;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!vz_error_is_cancelled (cause))
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
      if (arg_no_force)
        return vz_fail (error, VZ_ERROR_TIMED_OUT, "the guest did not stop within %d seconds; it goes on running",
                        arg_timeout);
    }
  self->forced = TRUE;
  return vz_virtual_machine_stop (self->machine, cancellable, error);
}

static gboolean
run_stop (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  g_autoptr (GCancellable) time_over = g_cancellable_new ();
  Stop self = { .time_over = time_over };
  gboolean stopped;
  guint timer, asking;

  if (arg_timeout < 0)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "--timeout: '%d' found, must be 0 or more seconds", arg_timeout);
  if (arg_force && arg_no_force)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "--force and --no-force exclude each other");
  if (!running_open (&running, tool->arguments[0], error))
    return FALSE;
  self.machine = running.machine;
  timer = g_timeout_add_seconds ((guint) arg_timeout, on_time_over, time_over);
  asking = arg_force ? 0 : running_keep_asking (running.machine);
  stopped = tool_wait (tool, stop, &self, NULL, error);
  g_source_remove (timer);
  if (asking != 0)
    g_source_remove (asking);
  if (!stopped)
    return FALSE;
  if (!self.forced)
    tool_print ("%s: the guest shut down\n", vz_bundle_get_path (running.bundle));
  else if (arg_force)
    tool_print ("%s: switched off\n", vz_bundle_get_path (running.bundle));
  else
    tool_print ("%s: the guest did not answer within %d seconds and was switched off\n",
            vz_bundle_get_path (running.bundle), arg_timeout);
  return TRUE;
}

const VzCommand vz_command_stop = {
  "stop", "[BUNDLE]", 0, 1, 0, options, run_stop, "Asks the guest to shut down, and forces it when it does not",
};
