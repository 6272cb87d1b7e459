/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands.h"
#include "tool/running.h"

#include <stdio.h>

typedef struct {
  VzVirtualMachine *machine;
  const char *path;
  VzProgress *progress;
} Save;

/* What can be undone is: a machine that could not be saved goes on if it went on before. */
static gboolean
save (gpointer data, GCancellable *cancellable, GError **error)
{
  Save *self = data;
  gboolean was_running = vz_virtual_machine_get_can_pause (self->machine);

  if (was_running && !vz_virtual_machine_pause (self->machine, cancellable, error))
    return FALSE;
  if (vz_virtual_machine_save_machine_state_to_file (self->machine, self->path, self->progress, cancellable, error))
    return vz_virtual_machine_stop (self->machine, NULL, error);
  if (was_running)
    vz_virtual_machine_resume (self->machine, NULL, NULL);
  return FALSE;
}

static gboolean
run_save (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  g_autoptr (VzProgress) progress = vz_progress_new (1);
  g_autofree char *path = NULL;
  Save self = { .progress = progress };

  if (!running_open (&running, tool->arguments[0], error))
    return FALSE;
  path = vz_bundle_dup_save_file_path (running.bundle);
  self.machine = running.machine;
  self.path = path;
  if (!tool_wait (tool, save, &self, progress, error))
    return FALSE;
  printf ("%s: saved; 'vz run%s' goes on from here\n", vz_bundle_get_path (running.bundle), running.name);
  return TRUE;
}

const VzCommand vz_command_save = {
  "save", "[BUNDLE]", 0, 1, 0, NULL, run_save, "Saves the machine's state and stops it; 'vz run' goes on from there",
};
