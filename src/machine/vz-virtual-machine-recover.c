/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-virtual-machine-private.h"

#include "bundle/vz-machine-claim.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "machine/vz-pause-note.h"
#include "qemu/vz-stream.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <unistd.h>

/* How this works
 *
 * A program that saves a machine pauses its guest, and may be killed before it resumes it. So it
 * first writes a note (vz-pause-note.h), and any program that finds a note whose writer is gone
 * cleans up: the guest is resumed, and a partial file is removed. */

#define KILL_TIMEOUT_MS (30 * 1000)
#define LOOK_INTERVAL_MS 20
#define GUARD_TIMEOUT_MS (20 * 1000) /* by then, a QEMU that ends with its creator has ended */

/* What matters is that the guest is resumed; the caller reports why the save failed. */
static void
go_on_again (VzVirtualMachine *self, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (vz_virtual_machine_get_can_resume (self) && !vz_virtual_machine_resume (self, NULL, &cause) &&
      error != NULL && *error != NULL)
    {
      g_autofree char *text =
        g_strdup_printf ("%s; and it could not be resumed: %s", (*error)->message, cause->message);

      g_free ((*error)->message);
      (*error)->message = g_steal_pointer (&text);
    }
}

/**
 * vz_virtual_machine_save_and_stop:
 * @self: a machine that is running or paused
 * @path: (type filename): the file to write, which is replaced if it exists
 * @progress: (nullable): is given a total and advanced, in bytes of the guest's memory
 * @cancellable: (nullable): cancels, until the file is complete
 * @error: return location for an error, or %NULL
 *
 * Pauses the machine, writes its state with vz_virtual_machine_save_machine_state_to_file(), and
 * stops it. If that fails, the machine returns to what it was doing before. If this program is
 * killed on the way, the next one notices, see vz_virtual_machine_recover(). Not in Apple's
 * framework, whose sample code does the same.
 *
 * Returns: whether it is saved and stopped; otherwise @error is code 3 or 4 (state),
 * %VZ_ERROR_SAVE, or %VZ_ERROR_BUSY when another program is saving it
 */
gboolean
vz_virtual_machine_save_and_stop (VzVirtualMachine *self, const char *path, VzProgress *progress,
                                  GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *directory = NULL;
  gboolean was_running, saved;
  int note VZ_AUTO_CLOSE = -1;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && path != NULL, FALSE);
  if (vz_virtual_machine_get_running_engine (self, error) == NULL)
    return FALSE;
  was_running = vz_virtual_machine_get_can_pause (self);
  directory = vz_virtual_machine_dup_runtime_dir (self, error);
  if (directory == NULL)
    return FALSE;
  note = vz_pause_note_write (directory,
                              was_running ? VZ_PAUSE_NOTE_SAVE : VZ_PAUSE_NOTE_SAVE_PAUSED, error);
  if (note < 0)
    return FALSE;
  saved = (!was_running || vz_virtual_machine_pause (self, cancellable, &cause)) &&
          vz_virtual_machine_save_machine_state_to_file (self, path, progress, cancellable, &cause);
  if (saved)
    saved = vz_virtual_machine_stop (self, NULL, &cause);
  else if (was_running)
    go_on_again (self, &cause);
  vz_pause_note_erase (&note);
  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return saved;
}

/* Once the guest is resumed, its saved state is outdated. */
static void
remove_remains (const char *path, gboolean goes_on)
{
  g_autofree char *partial = path != NULL ? g_strconcat (path, ".partial", NULL) : NULL;

  if (partial != NULL && unlink (partial) != 0 && errno != ENOENT)
    g_debug ("cannot remove '%s'", partial);
  if (path != NULL && goes_on && unlink (path) != 0 && errno != ENOENT)
    g_debug ("cannot remove '%s'", path);
}

/* A restore that is killed early takes QEMU down with it within a moment, and the state is as good
 * as before. The note says whether QEMU survives, except if the program was killed in between. */
static gboolean
outlives_its_maker (VzVirtualMachine *self, GCancellable *cancellable, GError **error)
{
  gint64 deadline = vz_deadline_after (GUARD_TIMEOUT_MS);

  while (!vz_virtual_machine_has_ended (self))
    if (vz_deadline_is_past (deadline))
      return TRUE;
    else if (!vz_pause (LOOK_INTERVAL_MS, cancellable, error))
      return FALSE;
  return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE,
                  "the machine has stopped: the program that restored it was killed");
}

/**
 * vz_virtual_machine_recover:
 * @self: a machine that was attached to
 * @path: (type filename) (nullable): where its state is saved
 * @ret_text: (out) (optional) (nullable) (transfer full): what was done, as a sentence for the
 * user; %NULL: nothing
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Cleans up after a program that was killed while it was saving or restoring the machine: a guest
 * that was running before is resumed, and a partial file is removed. Does nothing when there is
 * nothing to clean up. Not in Apple's framework, where a machine ends with its program.
 *
 * Returns: whether all is well; otherwise @error is as for vz_virtual_machine_resume()
 */
gboolean
vz_virtual_machine_recover (VzVirtualMachine *self, const char *path, char **ret_text,
                            GCancellable *cancellable, GError **error)
{
  g_autofree char *directory = NULL, *purpose = NULL, *text = NULL;
  gboolean was_saving, stays;
  int pid = 0;
  int note VZ_AUTO_CLOSE = -1;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  directory = vz_virtual_machine_dup_runtime_dir (self, NULL);
  note = directory != NULL ? vz_pause_note_take_over (directory, &pid, &purpose) : -1;
  if (note < 0)
    return TRUE;
  was_saving = g_str_has_prefix (purpose, VZ_PAUSE_NOTE_SAVE);
  if (g_str_equal (purpose, VZ_PAUSE_NOTE_RESTORE) &&
      !outlives_its_maker (self, cancellable, error))
    return FALSE;
  stays = g_str_equal (purpose, VZ_PAUSE_NOTE_SAVE_PAUSED);
  if (stays)
    text = g_strdup_printf (
      "process %d was killed while it was saving the machine, which is still paused", pid);
  else
    text = g_strdup_printf ("process %d was killed while it was %s the machine, which continues",
                            pid, was_saving ? "saving" : "restoring");
  if (!stays && vz_virtual_machine_get_can_resume (self) &&
      !vz_virtual_machine_resume (self, cancellable, error))
    {
      g_prefix_error (error, "process %d was killed while it was %s the machine: ", pid,
                      was_saving ? "saving" : "restoring");
      return FALSE;
    }
  remove_remains (path, !stays &&
                          vz_virtual_machine_get_state (self) == VZ_VIRTUAL_MACHINE_STATE_RUNNING);
  vz_pause_note_erase (&note);
  if (ret_text != NULL)
    *ret_text = g_steal_pointer (&text);
  return TRUE;
}

void
vz_virtual_machine_forget_pauses (VzVirtualMachine *self)
{
  g_autofree char *directory = vz_virtual_machine_dup_runtime_dir (self, NULL);
  g_autofree char *purpose = NULL;
  int pid;
  int note VZ_AUTO_CLOSE = directory != NULL ? vz_pause_note_take_over (directory, &pid, &purpose)
                                             : -1;

  vz_pause_note_erase (&note);
}

/**
 * vz_virtual_machine_check_awake:
 * @self: a machine that is running or paused
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Checks that the guest is awake, for operations that need an answer from it. Not in Apple's
 * framework.
 *
 * Returns: whether it is awake; otherwise @error is %VZ_ERROR_BUSY and says why the guest is paused
 */
gboolean
vz_virtual_machine_check_awake (VzVirtualMachine *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) disk = NULL;
  g_autofree char *directory = NULL, *purpose = NULL;
  int pid = 0;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  if (vz_virtual_machine_get_state (self) != VZ_VIRTUAL_MACHINE_STATE_PAUSED)
    return TRUE;
  directory = vz_virtual_machine_dup_runtime_dir (self, NULL);
  if (directory != NULL && vz_pause_note_read (directory, &pid, &purpose) == VZ_PAUSE_NOTE_HELD)
    return vz_fail (error, VZ_ERROR_BUSY, "the machine is paused while process %d %s it", pid,
                    g_str_has_prefix (purpose, VZ_PAUSE_NOTE_RESTORE) ? "restores" : "saves");
  disk = vz_virtual_machine_dup_pause_error (self, cancellable);
  if (disk != NULL)
    return vz_fail (error, VZ_ERROR_BUSY, "%s", disk->message);
  return vz_fail (error, VZ_ERROR_BUSY, "the machine is paused; resume it first");
}

/* Kills @pid, whichever process is its parent, and waits for its end. */
static gboolean
end_process (int pid, gint64 deadline, GCancellable *cancellable, GError **error)
{
  int process VZ_AUTO_CLOSE = pidfd_open (pid, 0);
  g_autoptr (GError) cause = NULL;

  if (process < 0 || pidfd_send_signal (process, SIGKILL, NULL, 0) != 0)
    return errno == ESRCH || vz_fail_errno (error, "cannot end QEMU (process %d)", pid);
  if (vz_stream_wait (process, POLLIN, deadline, cancellable, &cause))
    return TRUE;
  if (g_error_matches (cause, VZ_ERROR, VZ_ERROR_TIMED_OUT))
    return vz_fail (error, VZ_ERROR_TIMED_OUT, "QEMU (process %d) did not end", pid);
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

/**
 * vz_virtual_machine_switch_off:
 * @configuration: the configuration of a running machine
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Kills the machine's process at once, without asking it: the last resort for a process that no
 * longer answers, so that vz_virtual_machine_attach() fails. Not in Apple's framework.
 *
 * Returns: whether it has ended; otherwise @error is %VZ_ERROR_NOT_FOUND when the machine is not
 *   running, %VZ_ERROR_BUSY when the process cannot be identified, %VZ_ERROR_IO or
 *   %VZ_ERROR_TIMED_OUT
 */
gboolean
vz_virtual_machine_switch_off (VzVirtualMachineConfiguration *configuration,
                               GCancellable *cancellable, GError **error)
{
  g_autoptr (VzVirtualMachine) self = NULL;
  gint64 deadline = vz_deadline_after (KILL_TIMEOUT_MS);
  g_autoptr (VzHolder) holder = NULL;
  VzMachineIdentifier *identifier;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE_CONFIGURATION (configuration), FALSE);
  self = vz_virtual_machine_new (configuration);
  identifier = vz_virtual_machine_get_identifier (self);
  if (identifier == NULL || !vz_machine_claim_look (configuration, identifier, &holder))
    return vz_fail (error, VZ_ERROR_NOT_FOUND, "the machine is not running");
  if (holder == NULL || holder->pid <= 0 || holder->runtime_dir == NULL ||
      !vz_holder_is_alive (holder))
    {
      g_autofree char *text = vz_holder_to_text (holder);

      return vz_fail (error, VZ_ERROR_BUSY,
                      "the machine is in use by %s, which is not known to be QEMU", text);
    }
  if (!end_process (holder->pid, deadline, cancellable, error))
    return FALSE;
  /* For a moment, its children have the locks as well. */
  while (vz_machine_claim_look (configuration, identifier, NULL))
    if (vz_deadline_is_past (deadline))
      return vz_fail (error, VZ_ERROR_TIMED_OUT, "QEMU (process %d) did not end", holder->pid);
    else if (!vz_pause (LOOK_INTERVAL_MS, cancellable, error))
      return FALSE;
  return TRUE;
}
