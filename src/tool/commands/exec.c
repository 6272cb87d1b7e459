/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "foundation/vz-fail.h"

static gboolean arg_no_stdin;

static const GOptionEntry options[] = {
  { "no-stdin", 'n', 0, G_OPTION_ARG_NONE, &arg_no_stdin,
    "Give the command no input, for loops in scripts", NULL },
  G_OPTION_ENTRY_NULL,
};

typedef struct {
  VzVirtualMachine *machine;
  const char *const *argv;
  int input;
  int status;
} Exec;

static gboolean
execute (gpointer data, GCancellable *cancellable, GError **error)
{
  Exec *self = data;

  return running_wait_agent (vz_virtual_machine_get_guest_agent (self->machine), cancellable,
                             error) &&
         vz_virtual_machine_execute (self->machine, self->argv, self->input, STDOUT_FILENO,
                                     STDERR_FILENO, &self->status, cancellable, error);
}

static gboolean
run_exec (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  Exec self = { .input = STDIN_FILENO };
  gboolean done;

  if (tool->rest == NULL || tool->rest[0] == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "no command given; usage: vz exec [BUNDLE] -- COMMAND...");
  if (!running_open_awake (&running, tool->arguments[0], error))
    return FALSE;
  if (arg_no_stdin)
    self.input = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  /* A reader that disappears is an error, so that the command in the guest can be ended first. */
  signal (SIGPIPE, SIG_IGN);
  self.machine = running.machine;
  self.argv = (const char *const *) tool->rest;
  done = tool_wait (tool, execute, &self, NULL, error);
  if (arg_no_stdin)
    close (self.input);
  tool->exit_code = self.status;
  return done;
}

const VzCommand vz_command_exec = {
  .name = "exec",
  .arguments = "[BUNDLE] -- COMMAND...",
  .max_arguments = 1,
  .flags = VZ_COMMAND_REST,
  .options = options,
  .run = run_exec,
  .summary = "Runs a command in the guest as root, with this one's standard streams, and returns "
             "its exit code",
  .details = "The guest's agent runs the command. If the guest has no agent, vz starts one over "
             "SSH, as the user that vz install created. The exit code is the command's.",
  .examples = { { "vz exec -- uname -a", "Runs a command" },
                { "tar -c site | vz exec web.bundle -- tar -x -C /srv",
                  "Pipes input to a command" } },
};
