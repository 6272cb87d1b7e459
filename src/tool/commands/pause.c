/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

static gboolean
pause_machine (gpointer data, GCancellable *cancellable, GError **error)
{
  return vz_virtual_machine_pause (data, cancellable, error);
}

static gboolean
resume_machine (gpointer data, GCancellable *cancellable, GError **error)
{
  return vz_virtual_machine_resume (data, cancellable, error);
}

/* The two commands differ only in the call and the word. */
static gboolean
change (VzTool *tool, VzToolCall call, const char *done, GError **error)
{
  g_auto (Running) running = { 0 };

  if (!running_open (&running, tool->arguments[0], error))
    return FALSE;
  /* What a killed program left has already been resumed. */
  if (!(running.recovered && call == resume_machine &&
        vz_virtual_machine_get_can_pause (running.machine)) &&
      !tool_wait (tool, call, running.machine, NULL, error))
    return FALSE;
  tool_print ("%s: %s\n", vz_bundle_get_path (running.bundle), done);
  return TRUE;
}

static gboolean
run_pause (VzTool *tool, GError **error)
{
  return change (tool, pause_machine, "paused", error);
}

static gboolean
run_resume (VzTool *tool, GError **error)
{
  return change (tool, resume_machine, "running", error);
}

const VzCommand vz_command_pause = {
  .name = "pause",
  .arguments = "[BUNDLE]",
  .max_arguments = 1,
  .run = run_pause,
  .summary = "Pauses the guest until 'vz resume'",
  .details = "The guest's processors stop; its memory is kept.",
  .examples = { { "vz pause web.bundle", "Pauses a machine" } },
};

const VzCommand vz_command_resume = {
  .name = "resume",
  .arguments = "[BUNDLE]",
  .max_arguments = 1,
  .run = run_resume,
  .summary = "Resumes a paused guest",
  .examples = { { "vz resume web.bundle", "Resumes it" } },
};
