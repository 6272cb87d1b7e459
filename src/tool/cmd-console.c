/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"
#include "tool/console.h"
#include "tool/running.h"

static gboolean
run_console (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  ConsoleEnd end;

  if (!running_open (&running, tool->arguments[0], error))
    return FALSE;
  tool_say ("console of %s; Ctrl-] leaves it, Enter makes the guest show a prompt",
            vz_bundle_get_path (running.bundle));
  if (!console_attach (running.identifier, &end, error))
    return FALSE;
  if (end == CONSOLE_LEFT)
    tool_say ("\nleft; the machine goes on running: 'vz console%s' comes back, 'vz stop%s' stops it", running.name,
              running.name);
  else
    tool_say ("\nthe machine has stopped");
  return TRUE;
}

const VzCommand vz_command_console = {
  "console", "[BUNDLE]", 0, 1, 0, NULL, run_console, "Attaches this terminal to the guest's console; Ctrl-] leaves it",
};
