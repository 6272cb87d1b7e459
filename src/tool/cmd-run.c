/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"
#include "tool/console.h"
#include "tool/publish.h"
#include "tool/running.h"
#include "tool/until-up.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>

#include "foundation/vz-fail.h"

/* How this works
 *
 * QEMU is a process of its own that outlives this one: however `vz run` ends, the machine goes on,
 * and other commands find it by its bundle. What differs is what this command does meanwhile:
 *
 *   --detach    nothing, it ends when QEMU runs (or with --wait when the guest is up)
 *   --headless  waits for the end; SIGINT and SIGTERM ask the guest to stop, a second one forces it,
 *               so that it does in a unit of systemd what is expected of it
 *   otherwise   shows the console; leaving that leaves the machine alone */

static gboolean arg_detach;
static gboolean arg_headless;
static char **arg_publish;
static char *arg_wait;

static const GOptionEntry options[] = {
  { "detach", 0, 0, G_OPTION_ARG_NONE, &arg_detach, "Return when the machine runs", NULL },
  { "headless", 0, 0, G_OPTION_ARG_NONE, &arg_headless, "Stay until the guest stops, without its console", NULL },
  { "publish", 0, 0, G_OPTION_ARG_STRING_ARRAY, &arg_publish,
    "Reach a port of the guest on one of this host's loopback address; may be repeated", "HOST:GUEST" },
  { "wait", 0, 0, G_OPTION_ARG_STRING, &arg_wait, "With --detach: return when the agent or ssh answers", "agent|ssh" },
  G_OPTION_ENTRY_NULL,
};

static gboolean
start (gpointer data, GCancellable *cancellable, GError **error)
{
  return vz_virtual_machine_start (data, cancellable, error);
}

typedef struct {
  VzVirtualMachine *machine;
  GMainLoop *loop;
  guint n_signals;
  guint asking; /* source, 0: nobody asked the guest to stop */
  GError *error; /* owned: why it died */
} Headless;

static gboolean
on_stop_signal (gpointer data)
{
  Headless *self = data;
  g_autoptr (GError) error = NULL;

  self->n_signals++;
  if (self->n_signals == 1)
    {
      tool_say ("asking the guest to stop; once more forces it");
      if (!vz_virtual_machine_request_stop (self->machine, &error))
        tool_say ("vz: %s", error->message);
      self->asking = running_keep_asking (self->machine);
    }
  else if (!vz_virtual_machine_stop (self->machine, NULL, &error))
    tool_say ("vz: %s", error->message);
  return G_SOURCE_CONTINUE;
}

static void
on_did_stop (VzVirtualMachine *machine, Headless *self)
{
  g_main_loop_quit (self->loop);
}

static void
on_did_stop_with_error (VzVirtualMachine *machine, GError *error, Headless *self)
{
  g_clear_error (&self->error);
  self->error = g_error_copy (error);
  g_main_loop_quit (self->loop);
}

static gboolean
stay_headless (VzVirtualMachine *machine, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Headless self = { .machine = machine, .loop = loop };
  guint sigint = g_unix_signal_add (SIGINT, on_stop_signal, &self);
  guint sigterm = g_unix_signal_add (SIGTERM, on_stop_signal, &self);
  gulong stopped = g_signal_connect (machine, "guest-did-stop", G_CALLBACK (on_did_stop), &self);
  gulong died = g_signal_connect (machine, "did-stop-with-error", G_CALLBACK (on_did_stop_with_error), &self);
  VzVirtualMachineState state = vz_virtual_machine_get_state (machine);

  /* It may have stopped before we listened. */
  if (state != VZ_VIRTUAL_MACHINE_STATE_STOPPED && state != VZ_VIRTUAL_MACHINE_STATE_ERROR)
    g_main_loop_run (loop);
  g_signal_handler_disconnect (machine, stopped);
  g_signal_handler_disconnect (machine, died);
  g_source_remove (sigint);
  g_source_remove (sigterm);
  if (self.asking != 0)
    g_source_remove (self.asking);
  if (self.error == NULL)
    return TRUE;
  g_propagate_error (error, self.error);
  return FALSE;
}

static gboolean
wait_for_end (gpointer data, GCancellable *cancellable, GError **error)
{
  return vz_virtual_machine_wait_stopped (data, cancellable, error);
}

static gboolean
show_console (VzTool *tool, VzVirtualMachine *machine, VzMachineIdentifier *identifier, const char *name, GError **error)
{
  ConsoleEnd end;

  tool_say ("Ctrl-] leaves the console, and the machine goes on running");
  if (!console_attach (identifier, &end, error))
    return FALSE;
  if (end == CONSOLE_LEFT)
    {
      tool_say ("\nleft; the machine goes on running: 'vz console%s' comes back, 'vz stop%s' stops it", name, name);
      return TRUE;
    }
  return tool_wait (tool, wait_for_end, machine, NULL, error);
}

static void
say_how_to_reach (VzVirtualMachine *machine, const char *name)
{
  g_autoptr (GPtrArray) ports = vz_virtual_machine_dup_published_ports (machine, NULL, NULL);

  for (guint i = 0; ports != NULL && i < ports->len; i++)
    {
      VzPublishedPort *port = g_ptr_array_index (ports, i);

      tool_say ("port %u of the guest is at %s:%u", vz_published_port_get_guest_port (port),
                vz_published_port_get_host_address (port), vz_published_port_get_host_port (port));
    }
  tool_say ("running; 'vz console%s', 'vz ssh%s' and 'vz exec%s -- COMMAND' reach it, 'vz stop%s' stops it", name, name,
            name, name);
}

static gboolean
check_options (GError **error)
{
  if (arg_detach && arg_headless)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "--detach and --headless exclude each other");
  if (arg_wait != NULL && !arg_detach)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "--wait needs --detach");
  if (arg_wait != NULL && !until_up_knows (arg_wait))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "--wait: '%s' found, must be agent or ssh", arg_wait);
  return TRUE;
}

static gboolean
run_run (VzTool *tool, GError **error)
{
  g_autoptr (VzBundle) bundle = check_options (error) ? tool_open_bundle (tool, 0, error) : NULL;
  g_autoptr (VzMachineIdentifier) identifier = NULL;
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;
  g_autoptr (VzVirtualMachine) machine = NULL;
  g_autofree char *name = NULL, *reason = NULL;

  if (bundle == NULL)
    return FALSE;
  identifier = vz_bundle_load_machine_identifier (bundle, error);
  configuration = identifier != NULL ? vz_bundle_load_configuration (bundle, error) : NULL;
  if (configuration == NULL || !publish_ports (configuration, (const char *const *) arg_publish, error) ||
      !vz_virtual_machine_configuration_validate (configuration, error))
    return FALSE;
  name = running_dup_hint_name (bundle);
  machine = vz_virtual_machine_new (configuration);
  vz_virtual_machine_set_kill_on_exit (machine, FALSE);
  if (!tool_wait (tool, start, machine, NULL, error))
    return FALSE;
  reason = vz_virtual_machine_dup_emulation_reason (machine);
  if (reason != NULL)
    tool_say ("%s", reason);
  if (!arg_detach && !arg_headless)
    return show_console (tool, machine, identifier, name, error);
  if (arg_wait != NULL && !until_up (tool, machine, arg_wait, error))
    return FALSE;
  say_how_to_reach (machine, name);
  return arg_detach || stay_headless (machine, error);
}

const VzCommand vz_command_run = {
  "run", "[BUNDLE]", 0, 1, 0, options, run_run, "Starts a machine and shows its console; Ctrl-] leaves it running",
};
