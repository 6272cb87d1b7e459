/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/display/display.h"
#include "tool/machine/running.h"
#include "tool/machine/stay.h"
#include "tool/vz-tool.h"

#include <string.h>

#include "foundation/vz-fail.h"

/* The kind is the last argument, so that a bundle may precede it as everywhere else. */
static gboolean
run_display (VzTool *tool, GError **error)
{
  guint n = g_strv_length (tool->arguments);
  const char *kind = tool->arguments[n - 1];
  g_auto (Running) running = { 0 };
  g_auto (DisplayRequest) request = { 0 };
  MachineAction action; /* outlives these two, which use it until they are freed */
  g_autoptr (Display) display = NULL;
  g_autoptr (Stay) stay = NULL;

  if (!g_str_equal (kind, "none") && !display_parse (kind, &request, error))
    return FALSE;
  if (!running_open (&running, n == 2 ? tool->arguments[0] : NULL, error))
    return FALSE;
  if (request.kind == DISPLAY_NONE)
    return vz_virtual_machine_unpublish_display (running.machine, NULL, error);
  action = (MachineAction){ .machine = running.machine, .bundle = running.bundle };
  stay = stay_new (&action, ON_CLOSE_DETACH, running.name);
  display = display_open (&request, &action, error);
  if (display == NULL)
    return FALSE;
  if (request.kind == DISPLAY_VNC) /* QEMU keeps showing it */
    return TRUE;
  display_follow (display, stay_close, stay);
  tool_say ("Ctrl-C ends this command; the machine keeps running");
  return stay_run (stay, error);
}

const VzCommand vz_command_display = {
  .name = "display",
  .arguments = "[BUNDLE] web|gtk|vnc[=ADDRESS]|none",
  .min_arguments = 1,
  .max_arguments = 2,
  .run = run_display,
  .summary = "Shows a running machine's screen; 'none' closes what 'vnc' opened",
  .examples = { { "vz display web.bundle web", "Shows the screen on a web page" },
                { "vz display vnc",
                  "Opens a port on the loopback for a VNC viewer, with a password" },
                { "vz display none", "Closes it" } },
};
