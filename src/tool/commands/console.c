/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/running.h"
#include "tool/terminal/console-session.h"
#include "tool/vz-tool.h"

static gboolean
run_console (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  MachineAction action;
  gboolean signalled;

  if (!running_open_awake (&running, tool->arguments[0], error))
    return FALSE;
  action = (MachineAction){ .machine = running.machine, .bundle = running.bundle };
  return console_session (tool, &action, running.name, &signalled, error);
}

const VzCommand vz_command_console = {
  .name = "console",
  .arguments = "[BUNDLE]",
  .max_arguments = 1,
  .run = run_console,
  .summary = "Attaches this terminal to the guest's console; Ctrl-] opens a menu",
  .examples = { { "vz console web.bundle", "Attaches the terminal to a running machine" } },
};
