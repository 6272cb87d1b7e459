/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/begin.h"

typedef struct {
  VzVirtualMachine *machine;
  const char *save_path;
  VzProgress *progress;
  GError *refused; /* owned: why a saved state was not used */
} Begin;

static gboolean
begin (gpointer data, GCancellable *cancellable, GError **error)
{
  Begin *self = data;

  return vz_virtual_machine_start_or_restore (self->machine, self->save_path, self->progress, &self->refused,
                                              cancellable, error);
}

gboolean
begin_machine (VzTool *tool, VzBundle *bundle, VzVirtualMachine *machine, gboolean *ret_restored, GError **error)
{
  g_autofree char *save_path = vz_bundle_dup_save_file_path (bundle);
  gboolean is_ephemeral = vz_virtual_machine_get_ephemeral (machine);
  gboolean has_state = g_file_test (save_path, G_FILE_TEST_EXISTS);
  gboolean is_saved = has_state && !is_ephemeral;
  g_autoptr (VzProgress) progress = is_saved ? vz_progress_new (1) : NULL;
  Begin self = { machine, save_path, progress, NULL };
  gboolean ok = tool_wait (tool, begin, &self, progress, error);

  if (self.refused != NULL)
    tool_say ("vz: %s; it is removed, and the machine starts afresh", self.refused->message);
  else if (ok && is_saved)
    tool_say ("restored: the machine goes on from where it was saved");
  *ret_restored = ok && is_saved && self.refused == NULL;
  if (ok && is_ephemeral)
    tool_say (has_state ? "what the guest writes is gone when it ends; it starts afresh, and its saved state stays"
                        : "what the guest writes is gone when it ends");
  g_clear_error (&self.refused);
  return ok;
}
