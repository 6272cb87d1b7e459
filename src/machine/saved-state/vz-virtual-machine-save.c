/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-virtual-machine-private.h"

#include "configuration/platform/vz-mac-platform-configuration.h"
#include "configuration/sharing/vz-virtio-file-system-device-configuration.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "machine/guest/vz-exec-ports.h"
#include "machine/saved-state/vz-save-binding.h"
#include "machine/saved-state/vz-save-error.h"
#include "machine/saved-state/vz-save-file.h"
#include "machine/vz-pause-note.h"
#include "qemu/engine/vz-engine-nbd.h"
#include "qemu/engine/vz-engine-usb.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <unistd.h>

/* How this works
 *
 * Saving: QEMU writes its state to a pipe, whose output a VzSaveWriter compresses into the file.
 * Restoring is the reverse. Whatever can be checked without reading the whole file is checked
 * before QEMU starts; QEMU gets no byte of the stream before the last one has been read and
 * verified. Meanwhile the pages of the guest's memory are put in place without QEMU, which would
 * take several times as long: if the file turns out to be damaged, a QEMU that already has its
 * pages ends without having run. */

#define CANNOT_USE "cannot use the saved state '%s'"
#define PIPE_SIZE (1024 * 1024) /* the maximum for an ordinary user */

static gboolean
make_pipe (int *reading, int *writing, GError **error)
{
  int fds[2];

  if (pipe2 (fds, O_CLOEXEC) != 0)
    return vz_fail_errno (error, "cannot create a pipe");
  *reading = fds[0];
  *writing = fds[1];
  fcntl (fds[0], F_SETPIPE_SZ, PIPE_SIZE); /* a smaller one is only slower */
  return TRUE;
}

static gboolean
send (VzEngine *engine, VzSaveWriter *writer, VzProgress *progress, GCancellable *cancellable,
      GError **error)
{
  int reading VZ_AUTO_CLOSE = -1;
  int writing VZ_AUTO_CLOSE = -1;
  gboolean ok;

  if (!make_pipe (&reading, &writing, error) || !g_unix_set_fd_nonblocking (reading, TRUE, error) ||
      !vz_engine_send_state (engine, writing, cancellable, error))
    return FALSE;
  vz_file_close (&writing); /* only QEMU has it now: the stream ends with QEMU */
  ok = vz_save_writer_pack (writer, reading, progress, cancellable, error);
  vz_file_close (&reading);
  if (ok)
    return vz_engine_wait_state (engine, cancellable, error);
  vz_engine_cancel_state (engine);
  return FALSE;
}

/* Parts of this run that the configuration of the saving program need not contain. Folders are
 * checked below by the rule for configurations, which names the device. */
static gboolean
check_run (VzVirtualMachine *self, VzEngine *engine, GCancellable *cancellable, GError **error)
{
  g_autofree char *directory = vz_virtual_machine_dup_runtime_dir (self, error);
  VzPortState clipboard;
  gboolean has_nbd;

  if (directory == NULL)
    return FALSE;
  /* QEMU restores a bus only with the same ports. */
  if (vz_exec_ports_sweep (engine, vz_virtual_machine_get_guest_agent (self), directory) > 0)
    return vz_fail (error, VZ_ERROR_BUSY,
                    "a command is running in the guest ('vz exec', 'vz copy'), and its streams "
                    "cannot be saved: wait for it to end");

  if (vz_engine_is_ephemeral (engine))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "the machine is ephemeral: its guest's changes are discarded when it stops, "
                    "and a saved state would have no disk to continue with");
  if (!vz_engine_has_nbd (engine, &has_nbd, cancellable, error))
    return FALSE;
  if (has_nbd)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "it has a disk on an NBD server, and another program could write to it before "
                    "the machine continues");
  if (!vz_engine_query_port (engine, VZ_CLIPBOARD_PORT, &clipboard, cancellable, error))
    return FALSE;
  return clipboard == VZ_PORT_ABSENT ||
         vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                  "its clipboard is shared, and QEMU cannot save what it shares with the guest's "
                  "agent; run it without --clipboard");
}

/* The configuration, plus a folder that is shared only in this run. */
static gboolean
check_support (VzVirtualMachine *self, VzEngine *engine, GError **error)
{
  g_autoptr (VzConfig) copy = vz_config_copy (VZ_CONFIG (self->configuration));
  VzVirtualMachineConfiguration *configuration = VZ_VIRTUAL_MACHINE_CONFIGURATION (copy);
  g_autofree char *tag = vz_engine_dup_share_tag (engine);

  if (tag != NULL &&
      vz_virtual_machine_configuration_get_directory_sharing_devices (configuration)->len == 0)
    {
      g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

      g_ptr_array_add (devices, vz_virtio_file_system_device_configuration_new (tag));
      vz_virtual_machine_configuration_set_directory_sharing_devices (configuration, devices);
    }
  return vz_virtual_machine_configuration_validate_save_restore_support (configuration, error);
}

static gboolean
save (VzVirtualMachine *self, const char *path, VzProgress *progress, GCancellable *cancellable,
      GError **error)
{
  VzEngine *engine = vz_machine_core_get_engine (self->core);
  g_autoptr (VzVirtualMachineConfiguration) attached = NULL;
  g_autoptr (JsonObject) binding = NULL, after = NULL;
  g_autoptr (JsonNode) description = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (VzEngineMemory) memory = NULL;
  g_autoptr (VzSaveWriter) writer = NULL;

  if (!check_support (self, engine, error) || !check_run (self, engine, cancellable, error))
    return FALSE;
  attached = vz_engine_dup_usb_configuration (engine, self->configuration, cancellable, error);
  if (attached == NULL)
    return FALSE;
  binding = vz_save_binding_new (self->configuration, attached, path, error);
  if (binding == NULL || !vz_save_binding_add_engine (binding, engine, cancellable, error))
    return FALSE;
  json_node_set_object (description, binding);
  if (progress != NULL)
    {
      vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_SAVING);
      vz_progress_set_total (
        progress, vz_virtual_machine_configuration_get_memory_size (self->configuration));
    }
  memory = vz_engine_memory_find (engine, cancellable);
  json_object_set_string_member (binding, "memory", memory != NULL ? memory->block : "");
  writer = vz_save_writer_new (path, description, memory != NULL ? memory->block : NULL, error);
  if (writer == NULL || !send (engine, writer, progress, cancellable, error))
    return FALSE;
  after = vz_save_binding_new (self->configuration, attached, path, error);
  if (after == NULL || !vz_save_binding_check_files (binding, after, error))
    return FALSE; /* another program is writing to a disk of a paused machine */
  if (!vz_save_writer_finish (writer, error))
    return FALSE;
  if (progress != NULL)
    vz_progress_finish (progress);
  return TRUE;
}

/**
 * vz_virtual_machine_save_machine_state_to_file:
 * @self: a paused machine
 * @path: (type filename): the file to write, which is replaced if it exists
 * @progress: (nullable): is given a total and advanced, in bytes of the guest's memory
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Saves the state of the machine, its memory and devices, so that
 * vz_virtual_machine_restore_machine_state_from_file() can continue from here. The disks are not
 * included: the state is usable only as long as nothing has written to them, so stop the machine
 * next. The machine stays paused, whether or not this succeeds; a save that fails leaves the file
 * at @path as it was. Apple: `saveMachineStateTo(url:)`.
 *
 * Returns: whether it was saved; otherwise @error is code 3 (state), %VZ_ERROR_BUSY while a command
 *   runs in the guest, %VZ_ERROR_OUT_OF_DISK_SPACE or %VZ_ERROR_SAVE
 */
gboolean
vz_virtual_machine_save_machine_state_to_file (VzVirtualMachine *self, const char *path,
                                               VzProgress *progress, GCancellable *cancellable,
                                               GError **error)
{
  gboolean ok;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && path != NULL, FALSE);
  if (!vz_machine_core_begin (self->core, VZ_OPERATION_SAVE, VZ_VIRTUAL_MACHINE_STATE_SAVING, NULL,
                              error))
    return FALSE;
  {
    VZ_ERROR_PREFIX ("saving the machine's state");

    ok = save (self, path, progress, cancellable, error);
  }
  vz_machine_core_leave_to_guest (self->core, VZ_VIRTUAL_MACHINE_STATE_SAVING);
  if (!ok)
    vz_save_error_blame_saving (error);
  return ok;
}

/* Checks everything that can be known about a state without reading all of it. */
static VzSaveReader *
open_and_check (VzVirtualMachineConfiguration *configuration, const char *path,
                VzVirtualMachineConfiguration **ret_attached, JsonObject **ret_now,
                VzProgress *progress, GError **error)
{
  g_autoptr (VzSaveReader) reader = vz_save_reader_new (path, error);
  g_autoptr (VzVirtualMachineConfiguration) attached = NULL;
  g_autoptr (JsonObject) now = NULL;
  JsonObject *saved;
  VZ_ERROR_PREFIX (CANNOT_USE, path);

  if (reader == NULL)
    return NULL;
  saved = vz_save_reader_get_description (reader);
  attached = vz_save_binding_dup_attached (saved, configuration, path, error);
  now = attached != NULL ? vz_save_binding_new (configuration, attached, path, error) : NULL;
  if (now == NULL || !vz_save_binding_check_layout (saved, error) ||
      !vz_save_binding_check_machine (saved, now, error) ||
      !vz_save_binding_check_files (saved, now, error))
    return NULL;
  if (progress != NULL)
    vz_progress_set_total (progress, 2 * MAX (vz_save_reader_get_size (reader), 1));
  *ret_attached = g_steal_pointer (&attached);
  *ret_now = g_steal_pointer (&now);
  return g_steal_pointer (&reader);
}

/* Where to put the pages of the state; NULL: they must go to QEMU. */
static VzEngineMemory *
find_memory (VzEngine *engine, VzSaveReader *reader, GCancellable *cancellable)
{
  g_autoptr (VzEngineMemory) memory = vz_engine_memory_find (engine, cancellable);
  const char *block =
    json_object_get_string_member_with_default (vz_save_reader_get_description (reader), "memory",
                                                "");

  return memory != NULL && g_str_equal (memory->block, block) &&
             vz_engine_memory_is_writable (memory)
           ? g_steal_pointer (&memory)
           : NULL;
}

static gboolean
verify (VzSaveReader *reader, const VzEngineMemory *memory, const char *path, VzProgress *progress,
        GCancellable *cancellable, GError **error)
{
  VZ_ERROR_PREFIX (CANNOT_USE, path);

  return vz_save_reader_verify (reader, memory, progress, cancellable, error);
}

static gboolean
receive (VzEngine *engine, VzSaveReader *reader, const char *path, VzProgress *progress,
         GCancellable *cancellable, GError **error)
{
  g_autoptr (VzEngineMemory) memory = find_memory (engine, reader, cancellable);
  int reading VZ_AUTO_CLOSE = -1;
  int writing VZ_AUTO_CLOSE = -1;

  if (!verify (reader, memory, path, progress, cancellable, error) ||
      !make_pipe (&reading, &writing, error) || !g_unix_set_fd_nonblocking (writing, TRUE, error) ||
      !vz_engine_receive_state (engine, reading, cancellable, error))
    return FALSE;
  vz_file_close (&reading);
  if (!vz_save_reader_unpack (reader, memory == NULL, writing, progress, cancellable, error))
    return FALSE;
  vz_file_close (&writing);
  return vz_engine_wait_state (engine, cancellable, error);
}

static gboolean
check_engine (VzSaveReader *reader, JsonObject *now, VzEngine *engine, const char *path,
              GCancellable *cancellable, GError **error)
{
  VZ_ERROR_PREFIX (CANNOT_USE, path);

  return vz_save_binding_add_engine (now, engine, cancellable, error) &&
         vz_save_binding_check_engine (vz_save_reader_get_description (reader), now, error);
}

static VzEngine *
restore (VzVirtualMachine *self, const char *path, VzProgress *progress, GCancellable *cancellable,
         GError **error)
{
  VzEngineOptions options = { .kill_on_exit = vz_virtual_machine_get_kill_on_exit (self),
                              .keeps_networks =
                                vz_virtual_machine_get_keeps_network_attachments (self),
                              .incoming = TRUE };
  g_autoptr (VzVirtualMachineConfiguration) attached = NULL;
  g_autoptr (JsonObject) now = NULL;
  g_autoptr (VzSaveReader) reader = NULL;
  g_autoptr (VzEngine) engine = NULL;
  GError *cause = NULL;

  if (progress != NULL)
    vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_RESTORING);
  /* Before the state is compared with disks that another program may be writing to. */
  if (!vz_engine_check_free (self->configuration, error))
    return NULL;
  /* A missing file is not a fault of the state. */
  now = vz_save_binding_new (self->configuration, self->configuration, path, error);
  if (now == NULL)
    return NULL;
  g_clear_pointer (&now, json_object_unref);
  reader = open_and_check (self->configuration, path, &attached, &now, progress, error);
  if (reader == NULL)
    {
      vz_save_error_blame_state (error);
      return NULL;
    }
  engine = vz_engine_start (attached, &options, cancellable, error);
  if (engine == NULL)
    return NULL;
  if (check_engine (reader, now, engine, path, cancellable, &cause) &&
      receive (engine, reader, path, progress, cancellable, &cause) &&
      vz_engine_check_locks (engine, FALSE, &cause))
    {
      vz_engine_let_live (
        engine); /* before the guest may resume: it must not run and then be lost */
      if (progress != NULL)
        vz_progress_finish (progress);
      return g_steal_pointer (&engine);
    }
  if (g_error_matches (cause, VZ_ERROR,
                       VZ_ERROR_BUSY)) /* not the fault of the state, which is kept */
    {
      g_propagate_error (error, cause);
      vz_engine_end (engine);
      return NULL;
    }
  /* Unless it is the file's fault, QEMU may have died of it, and then its own message is the
   * reason. An intact state that this QEMU rejects, for whatever reason, may work another time. */
  if (!g_error_matches (cause, VZ_ERROR, VZ_ERROR_RESTORE) &&
      !g_error_matches (cause, VZ_ERROR, VZ_ERROR_FOREIGN_SAVED_STATE) &&
      !vz_error_is_cancelled (cause))
    {
      vz_engine_explain (engine, &cause);
      vz_fail_recode (&cause, VZ_ERROR_FOREIGN_SAVED_STATE);
    }
  g_propagate_error (error, cause);
  vz_engine_end (engine);
  return NULL;
}

/**
 * vz_virtual_machine_restore_machine_state_from_file:
 * @self: a stopped machine
 * @path: (type filename): a state written by vz_virtual_machine_save_machine_state_to_file()
 * @progress: (nullable): is given a total and advanced, in bytes of the file, each of which is
 * counted twice
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Restores the machine to the state in which it was saved; it is then paused. Before QEMU
 * interprets the file, it is checked that the file is complete and belongs to this machine and this
 * configuration, and that nothing has written to the machine's disks since. The file is kept;
 * vz_virtual_machine_start_or_restore() removes it. Apple: `restoreMachineStateFrom(url:)`.
 *
 * Returns: whether it is restored; otherwise the machine is stopped and @error is code 2
 *   (configuration), 4 (state), %VZ_ERROR_RESTORE when the file cannot be used (below it
 *   %VZ_ERROR_IO when it cannot be read, %VZ_ERROR_FOREIGN_SAVED_STATE when this vz or this QEMU
 *   cannot restore it), or one of those of vz_virtual_machine_start()
 */
gboolean
vz_virtual_machine_restore_machine_state_from_file (VzVirtualMachine *self, const char *path,
                                                    VzProgress *progress, GCancellable *cancellable,
                                                    GError **error)
{
  VzEngine *engine = NULL;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && path != NULL, FALSE);
  if (!vz_machine_core_begin (self->core, VZ_OPERATION_RESTORE, VZ_VIRTUAL_MACHINE_STATE_RESTORING,
                              NULL, error))
    return FALSE;
  if (vz_virtual_machine_configuration_validate (self->configuration, error) &&
      vz_virtual_machine_configuration_validate_save_restore_support (self->configuration, error))
    engine = restore (self, path, progress, cancellable, error);
  if (engine == NULL)
    {
      vz_machine_core_leave (self->core, VZ_VIRTUAL_MACHINE_STATE_RESTORING,
                             VZ_VIRTUAL_MACHINE_STATE_STOPPED);
      vz_save_error_generalize (error);
      return FALSE;
    }
  vz_machine_core_take_engine (self->core, engine);
  return TRUE;
}

static gboolean
restore_and_resume (VzVirtualMachine *self, const char *path, VzProgress *progress,
                    GCancellable *cancellable, GError **error)
{
  g_autofree char *directory = vz_virtual_machine_dup_runtime_dir (self, error);
  int note VZ_AUTO_CLOSE = -1;
  gboolean ok;

  if (directory == NULL ||
      (note = vz_pause_note_write (directory, VZ_PAUSE_NOTE_RESTORE, error)) < 0)
    return FALSE;
  ok =
    vz_virtual_machine_restore_machine_state_from_file (self, path, progress, cancellable, error);
  if (ok)
    vz_pause_note_change (note, VZ_PAUSE_NOTE_RESTORED);
  if (ok && !vz_virtual_machine_resume (self, NULL, error))
    {
      /* It never ran, so its state is as good as before. */
      vz_virtual_machine_stop (self, NULL, NULL);
      ok = FALSE;
    }
  /* The guest is running, so its saved state is outdated. */
  if (ok && unlink (path) != 0)
    ok = vz_fail_errno (error, "cannot remove the saved state '%s'", path);
  vz_pause_note_erase (&note);
  return ok;
}

/* A guest that resumes makes its saved state outdated, so the state must be removable. */
static gboolean
check_removable (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return access (folder, W_OK | X_OK) == 0 ||
         vz_fail_errno (error, "the saved state '%s' could not be removed afterwards", path);
}

/**
 * vz_virtual_machine_start_or_restore:
 * @self: a stopped machine
 * @path: (type filename) (nullable): where a saved state may be found
 * @progress: (nullable): is given a total and advanced by a restore
 * @ret_refused: (out) (optional) (nullable): why the state that was there could not be used
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Runs the machine: from the state at @path if there is one, otherwise from a fresh start. A state
 * can be used only once, so its file is removed afterwards. If the state is unusable, it is removed
 * as well, the machine starts afresh, and @ret_refused says why. A state from another version of vz
 * or QEMU, one that cannot be read or could not be removed afterwards, and anything that has
 * nothing to do with the state, such as a machine in use or a cancelled call, is an error and
 * leaves the file. An ephemeral machine always starts afresh and leaves the file. Not in Apple's
 * framework, whose sample code does the same.
 *
 * Returns: whether it is running; otherwise @error is as for vz_virtual_machine_start()
 */
gboolean
vz_virtual_machine_start_or_restore (VzVirtualMachine *self, const char *path, VzProgress *progress,
                                     GError **ret_refused, GCancellable *cancellable,
                                     GError **error)
{
  g_autoptr (GError) cause = NULL;
  gboolean restored;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  if (path == NULL || vz_virtual_machine_get_ephemeral (self) || !vz_file_is_there (path))
    return vz_virtual_machine_start (self, cancellable, error);
  /* Apple's states are made for one host, and belong to the guest's disk. */
  if (VZ_IS_MAC_PLATFORM_CONFIGURATION (
        vz_virtual_machine_configuration_get_platform (self->configuration)))
    return vz_virtual_machine_configuration_validate (self->configuration, error) &&
           !vz_fail (
             error, VZ_ERROR_FOREIGN_SAVED_STATE,
             "the saved state is a Mac's, and only the Mac that saved it can continue from it") &&
           vz_fail_recode (error, VZ_ERROR_RESTORE);
  if (!check_removable (path, error))
    return FALSE;
  restored = restore_and_resume (self, path, progress, cancellable, &cause);
  if (!restored && !vz_save_error_is_of_state (cause))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (restored)
    return TRUE;
  /* If it were kept, it would be refused again and again. */
  if (unlink (path) != 0)
    return vz_fail_errno (error, "cannot remove the saved state '%s'", path);
  if (ret_refused != NULL)
    *ret_refused = g_steal_pointer (&cause);
  return vz_virtual_machine_start (self, cancellable, error);
}
