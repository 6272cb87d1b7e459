/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/begin.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "foundation/vz-fail.h"
#include "tool/machine/running.h"

typedef struct {
  VzVirtualMachine *machine;
  const char *save_path;
  gboolean discards;
  VzProgress *progress;
  GError *refused; /* owned: why a saved state was not used */
} Begin;

static gboolean
begin (gpointer data, GCancellable *cancellable, GError **error)
{
  Begin *self = data;

  if (!self->discards)
    return vz_virtual_machine_start_or_restore (self->machine, self->save_path, self->progress,
                                                &self->refused, cancellable, error);
  if (!vz_virtual_machine_start (self->machine, cancellable, error))
    return FALSE;
  if (g_unlink (self->save_path) != 0 && errno != ENOENT)
    tool_say ("vz: cannot remove the saved state '%s': %s", self->save_path, g_strerror (errno));
  return TRUE;
}

/* A valid state that cannot be used here: what to do. */
static void
add_remedy (VzBundle *bundle, GError *error)
{
  g_autofree char *name = running_dup_hint_name (bundle);
  g_autofree char *text = NULL;

  if (!vz_error_is (error, VZ_ERROR_FOREIGN_SAVED_STATE))
    return;
  text = g_strdup_printf ("%s; it is kept: resume it with the program that saved it, or discard it "
                          "with 'vz run --discard-state%s'",
                          error->message, name);
  g_free (error->message);
  error->message = g_steal_pointer (&text);
}

gboolean
begin_machine (VzTool *tool, VzBundle *bundle, VzVirtualMachine *machine, gboolean discards_state,
               gboolean *ret_restored, GError **error)
{
  g_autofree char *save_path = vz_bundle_dup_save_file_path (bundle);
  gboolean is_ephemeral = vz_virtual_machine_get_ephemeral (machine);
  gboolean has_state = g_file_test (save_path, G_FILE_TEST_EXISTS);
  gboolean is_saved = has_state && !is_ephemeral && !discards_state;
  g_autoptr (VzProgress) progress = is_saved ? vz_progress_new (1) : NULL;
  Begin self = { machine, save_path, discards_state, progress, NULL };
  gboolean ok = tool_wait (tool, begin, &self, progress, error);

  if (!ok && error != NULL)
    add_remedy (bundle, *error);
  if (ok && discards_state && has_state)
    tool_say ("saved state discarded; the machine starts afresh");
  if (self.refused != NULL)
    tool_say ("vz: %s; the saved state is removed, and the machine starts afresh",
              self.refused->message);
  else if (ok && is_saved)
    tool_say ("restored: the machine continues from where it was saved");
  *ret_restored = ok && is_saved && self.refused == NULL;
  if (ok && is_ephemeral)
    tool_say (has_state ? "everything the guest writes is discarded when it ends; it starts "
                          "afresh, and its saved state is kept"
                        : "everything the guest writes is discarded when it ends");
  g_clear_error (&self.refused);
  return ok;
}
