/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/terminal/console-session.h"

#include "tool/terminal/console.h"

static gboolean
wait_for_end (gpointer data, GCancellable *cancellable, GError **error)
{
  return vz_virtual_machine_wait_stopped (data, cancellable, error);
}

static gboolean
save (gpointer data, GCancellable *cancellable, GError **error)
{
  return machine_action_run ("save", data, NULL, cancellable, error);
}

static gboolean
ask_to_stop (gpointer data, GCancellable *cancellable, GError **error)
{
  return machine_action_run ("stop", data, NULL, cancellable, error);
}

static gboolean
switch_off (gpointer data, GCancellable *cancellable, GError **error)
{
  return machine_action_run ("switch-off", data, NULL, cancellable, error);
}

gboolean
console_session (VzTool *tool, MachineAction *action, const char *name, gboolean *ret_signalled,
                 GError **error)
{
  ConsoleEnd end;

  *ret_signalled = FALSE;
  tool_say ("console of %s; Ctrl-] d leaves it, Ctrl-] opens a menu, and Enter makes the guest "
            "show a prompt",
            vz_bundle_get_path (action->bundle));
  if (!console_attach (action->machine, &end, error))
    return FALSE;
  switch (end)
    {
    case CONSOLE_SAVE:
      tool_say ("\nsaving the machine's state");
      if (!tool_wait (tool, save, action, NULL, error))
        return FALSE;
      tool_say ("saved; 'vz run%s' continues from here", name);
      return TRUE;
    case CONSOLE_STOP:
      tool_say ("\nasking the guest to shut down; Ctrl-C stops waiting for it");
      return tool_wait (tool, ask_to_stop, action, NULL, error);
    case CONSOLE_SWITCH_OFF:
      return tool_wait (tool, switch_off, action, NULL, error);
    case CONSOLE_CLOSED:
      tool_say ("\nthe machine has stopped");
      return tool_wait (tool, wait_for_end, action->machine, NULL, error);
    case CONSOLE_SIGNALLED:
      *ret_signalled = TRUE;
      return TRUE;
    case CONSOLE_LEFT:
      break;
    }
  tool_say (
    "\ndetached; the machine keeps running: 'vz console%s' reattaches, 'vz stop%s' stops it", name,
    name);
  return TRUE;
}
