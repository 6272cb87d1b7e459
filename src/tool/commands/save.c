/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/machine-action.h"
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

typedef struct {
  MachineAction action;
  VzProgress *progress;
} Save;

static gboolean
save (gpointer data, GCancellable *cancellable, GError **error)
{
  Save *self = data;

  return machine_action_run ("save", &self->action, self->progress, cancellable, error);
}

static gboolean
run_save (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  g_autoptr (VzProgress) progress = vz_progress_new (1);
  Save self = { .progress = progress };

  if (!running_open (&running, tool->arguments[0], error))
    return FALSE;
  self.action = (MachineAction){ .machine = running.machine, .bundle = running.bundle };
  if (!tool_wait (tool, save, &self, progress, error))
    return FALSE;
  tool_print ("%s: saved; 'vz run%s' continues from here\n", vz_bundle_get_path (running.bundle),
              running.name);
  return TRUE;
}

const VzCommand vz_command_save = {
  .name = "save",
  .arguments = "[BUNDLE]",
  .max_arguments = 1,
  .run = run_save,
  .summary = "Saves a machine's state and stops it; 'vz run' resumes it",
  .details = "The state is written to SaveFile.vzvmsave in the bundle.",
  .examples = { { "vz save web.bundle", "Saves a machine and stops it" } },
};
