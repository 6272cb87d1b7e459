/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

static gboolean
take (gpointer data, GCancellable *cancellable, GError **error)
{
  gpointer *pair = data;

  return vz_virtual_machine_screenshot (pair[0], pair[1], cancellable, error);
}

/* The file is the last argument, so that a bundle may precede it as everywhere else. */
static gboolean
run_screenshot (VzTool *tool, GError **error)
{
  guint n = g_strv_length (tool->arguments);
  g_autofree char *path = g_canonicalize_filename (tool->arguments[n - 1], NULL);
  g_auto (Running) running = { 0 };
  gpointer pair[2];

  if (!running_open (&running, n == 2 ? tool->arguments[0] : NULL, error) ||
      !vz_check_destination (path, FALSE, 0, 0, 0, error))
    return FALSE;
  pair[0] = running.machine;
  pair[1] = path;
  return tool_wait (tool, take, pair, NULL, error);
}

const VzCommand vz_command_screenshot = {
  .name = "screenshot",
  .arguments = "[BUNDLE] FILE.png",
  .min_arguments = 1,
  .max_arguments = 2,
  .run = run_screenshot,
  .summary = "Saves a picture of the guest's screen as a PNG file",
  .examples = { { "vz screenshot x.png", "Saves a picture of the screen" } },
};
