/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/vz-tool.h"

#include <stdio.h>

typedef struct {
  const char *backup;
  const char *path;
  VzProgress *progress;
  VzBundle *bundle; /* owned: the result */
} Restore;

static gboolean
restore (gpointer data, GCancellable *cancellable, GError **error)
{
  Restore *self = data;

  self->bundle =
    vz_bundle_restore_backup (self->backup, self->path, self->progress, cancellable, error);
  return self->bundle != NULL;
}

/* The bundle that was backed up may still exist, as may copies of it. */
static void
say_who_is_the_same (VzBundle *bundle)
{
  g_autoptr (GPtrArray) bundles = vz_bundle_list (NULL);

  for (guint i = 0; bundles != NULL && i < bundles->len; i++)
    {
      VzBundle *other = bundles->pdata[i];

      if (vz_bundle_is_same_machine (other, bundle) && vz_bundle_is_in_use (other, NULL, NULL))
        tool_say ("'%s' is the same machine, and is in use; only one of the two can run at a time",
                  vz_bundle_get_path (other));
    }
}

static gboolean
run_restore_backup (VzTool *tool, GError **error)
{
  g_autofree char *backup = g_canonicalize_filename (tool->arguments[0], NULL);
  g_autofree char *path = tool->arguments[1] != NULL
                            ? g_canonicalize_filename (tool->arguments[1], NULL)
                            : tool_bundle_path (NULL);
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_autoptr (VzBundle) bundle = NULL;
  Restore self = { backup, path, progress, NULL };

  tool_hold_signals (tool);
  if (!tool_wait (tool, restore, &self, progress, error))
    return FALSE;
  bundle = self.bundle;
  say_who_is_the_same (bundle);
  if (!tool->json)
    tool_print ("%s\n", path);
  tool_print_result (tool, "bundle", path);
  return TRUE;
}

const VzCommand vz_command_restore_backup = {
  .name = "restore-backup",
  .arguments = "FILE [BUNDLE]",
  .min_arguments = 1,
  .max_arguments = 2,
  .flags = VZ_COMMAND_JSON,
  .run = run_restore_backup,
  .summary = "Restores a machine from a file that 'vz backup' wrote, verifying it before and "
             "during the restore",
  .examples = { { "vz restore-backup vm.backup new.bundle", "Restores the machine" } },
};
