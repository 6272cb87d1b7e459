/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/copies/vz-virtual-machine-backup.h"

#include <unistd.h>

#include "backup/vz-backup-writer.h"
#include "foundation/file/vz-file-content.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "machine/copies/vz-disk-mirror.h"
#include "machine/vz-virtual-machine-private.h"

/* How this works
 *
 * Compressing takes a while, so the guest is frozen only while its disks are copied, and the backup
 * is written from the copy. The copy is made as for a clone (vz-virtual-machine-clone.c): by
 * sharing blocks, or else by QEMU while the guest keeps writing. It is beside the disk in unnamed
 * files, which vanish once this process and QEMU have closed them. */

#define SMALL \
  (64 * 1024 * 1024) /* bytes: copied while the guest is frozen; variable stores are smaller */
#define COPYING_SHARE 30 /* per cent of the time */

typedef struct {
  VzVirtualMachine *machine;
  VzBundle *bundle;
  VzBackupWriter *writer;
  VzDiskMirror *mirror; /* NULL: blocks are shared */
  int *copies; /* owned: one for each file, or -1 */
  guint n_files;
} Snapshot;

static VzBundleFile *
get_file (Snapshot *self, guint i)
{
  return g_ptr_array_index (vz_backup_writer_get_files (self->writer), i);
}

static int
open_copy (Snapshot *self, guint i, GError **error)
{
  self->copies[i] = vz_file_open_nameless (vz_bundle_get_directory (self->bundle), error);
  return self->copies[i];
}

/* The disk is the largest file, and the last one. */
static gboolean
can_share (Snapshot *self)
{
  int fd VZ_AUTO_CLOSE = vz_file_open_nameless (vz_bundle_get_directory (self->bundle), NULL);

  return fd >= 0 && self->n_files > 0 &&
         vz_file_content_share (get_file (self, self->n_files - 1)->fd, fd);
}

/* QEMU gets a separate descriptor, since it changes its flags. */
static int
open_target (const char *name, gpointer user_data, GError **error)
{
  Snapshot *self = user_data;

  for (guint i = 0; i < self->n_files; i++)
    if (g_str_equal (get_file (self, i)->name, name))
      {
        int fd = open_copy (self, i, error) >= 0 ? dup (self->copies[i]) : -1;

        if (fd < 0 && self->copies[i] >= 0)
          vz_fail_errno (error, "cannot duplicate a descriptor");
        return fd;
      }
  vz_fail (error, VZ_ERROR_NOT_FOUND, "the disk '%s' is no longer in '%s'", name,
           vz_bundle_get_path (self->bundle));
  return -1;
}

static gboolean
has_room (Snapshot *self, GError **error)
{
  const char *directory = vz_bundle_get_directory (self->bundle);
  guint64 needed;

  return vz_disk_mirror_measure (self->mirror, &needed, error) &&
         vz_file_check_space (directory, needed,
                              "temporarily; a stopped machine needs no space there", error);
}

/* What else changes in a running machine is small: the firmware's variables. */
static gboolean
copy_file (Snapshot *self, guint i, GError **error)
{
  const VzBundleFile *file = get_file (self, i);

  if (self->mirror != NULL && vz_disk_mirror_has (self->mirror, file->name))
    return TRUE;
  if (self->mirror != NULL && file->data > SMALL)
    return TRUE;
  if (open_copy (self, i, error) < 0)
    return FALSE;
  return vz_file_content_share (file->fd, self->copies[i]) ||
         vz_file_content_copy (file->fd, self->copies[i], NULL, NULL, error);
}

static gboolean
copy_frozen (Snapshot *self, GError **error)
{
  for (guint i = 0; i < self->n_files; i++)
    if (!copy_file (self, i, error))
      return FALSE;
  return self->mirror == NULL || vz_disk_mirror_finish (self->mirror, error);
}

static gboolean
take (Snapshot *self, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  VzGuestAgent *agent = vz_virtual_machine_get_guest_agent (self->machine);
  gboolean ok;

  if (self->mirror != NULL &&
      (!has_room (self, error) ||
       !vz_disk_mirror_start (self->mirror, open_target, self, cancellable, error) ||
       !vz_disk_mirror_wait (self->mirror, progress, cancellable, error)))
    return FALSE;
  if (!vz_guest_agent_freeze (agent, cancellable, error))
    return FALSE;
  ok = copy_frozen (self, error);
  return vz_guest_agent_thaw (agent, ok ? error : NULL) && ok;
}

/* From here on the copies are the files. */
static void
replace_files (Snapshot *self)
{
  for (guint i = 0; i < self->n_files; i++)
    if (self->copies[i] >= 0)
      {
        VzBundleFile *file = get_file (self, i);

        vz_file_close (&file->fd);
        file->fd = vz_file_steal_fd (&self->copies[i]);
      }
}

static gboolean
take_and_write (Snapshot *self, VzEngine *engine, VzProgress *progress, GCancellable *cancellable,
                GError **error)
{
  g_autoptr (VzProgress) copying = NULL;
  g_autoptr (VzProgress) writing = NULL;
  gboolean ok;

  if (!can_share (self))
    {
      self->mirror = vz_disk_mirror_new (self->machine, engine, self->bundle, error);
      if (self->mirror == NULL)
        return FALSE;
    }
  self->n_files = vz_backup_writer_get_files (self->writer)->len;
  self->copies = g_new (int, self->n_files);
  for (guint i = 0; i < self->n_files; i++)
    self->copies[i] = -1;
  if (progress != NULL)
    {
      guint share = self->mirror != NULL ? COPYING_SHARE : 1;

      vz_progress_set_total (progress, 100);
      copying = vz_progress_add_child (progress, share, 1);
      writing = vz_progress_add_child (progress, 100 - share, 0);
      vz_progress_set_phase (copying, VZ_PROGRESS_PHASE_COPYING);
    }
  ok = take (self, copying, cancellable, error);
  g_clear_pointer (&self->mirror, vz_disk_mirror_free);
  if (ok)
    replace_files (self);
  for (guint i = 0; i < self->n_files; i++)
    vz_file_close (&self->copies[i]);
  g_clear_pointer (&self->copies, g_free);
  if (ok && copying != NULL)
    vz_progress_finish (copying);
  return ok && vz_backup_writer_finish (self->writer, writing, cancellable, error);
}

/**
 * vz_virtual_machine_back_up_bundle:
 * @self: a running machine
 * @bundle: its bundle
 * @path: (type filename): the file to write, which must not exist
 * @progress: (nullable): is given a total and advanced
 * @cancellable: (nullable): cancels; nothing is left then
 * @error: return location for an error, or %NULL
 *
 * Backs up a running machine as vz_bundle_back_up() does a stopped one. The guest's agent briefly
 * freezes its file systems so that they are consistent in the backup; the guest is always thawed,
 * even if this program is killed. Where the host's file system cannot share blocks between files,
 * the one that holds the bundle needs room for a temporary second copy of the disk's data.
 *
 * Returns: whether the backup was written; otherwise @error is code 3 (state),
 * %VZ_ERROR_GUEST_AGENT or %VZ_ERROR_TIMED_OUT when the guest cannot be frozen, or one of those of
 * vz_bundle_back_up()
 */
gboolean
vz_virtual_machine_back_up_bundle (VzVirtualMachine *self, VzBundle *bundle, const char *path,
                                   VzProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzBackupWriter) writer = NULL;
  Snapshot snapshot = { .machine = self, .bundle = bundle };
  VzEngine *engine;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && VZ_IS_BUNDLE (bundle) && path != NULL,
                        FALSE);
  engine = vz_virtual_machine_get_freezable_engine (self, cancellable, error);
  if (engine == NULL)
    return FALSE;
  snapshot.writer = writer = vz_backup_writer_new (bundle, path, error);
  if (writer == NULL || !take_and_write (&snapshot, engine, progress, cancellable, error))
    return FALSE;
  if (progress != NULL)
    {
      vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_WRITING); /* the children are gone */
      vz_progress_finish (progress);
    }
  return TRUE;
}

typedef struct {
  VzBundle *bundle;
  char *path;
  VzProgress *progress; /* may be NULL */
} Backup;

static void
backup_free (gpointer data)
{
  Backup *self = data;

  g_object_unref (self->bundle);
  g_clear_object (&self->progress);
  g_free (self->path);
  g_free (self);
}

static gpointer
call_back_up (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  Backup *self = data;

  return vz_virtual_machine_back_up_bundle (source, self->bundle, self->path, self->progress,
                                            cancellable, error)
           ? VZ_ASYNC_DONE
           : NULL;
}

/**
 * vz_virtual_machine_back_up_bundle_async:
 * @self: a running machine
 * @bundle: its bundle
 * @path: (type filename): the file to write
 * @progress: (nullable): is given a total and advanced
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_virtual_machine_back_up_bundle() without blocking.
 */
void
vz_virtual_machine_back_up_bundle_async (VzVirtualMachine *self, VzBundle *bundle, const char *path,
                                         VzProgress *progress, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data)
{
  VzAsync async = { call_back_up, vz_virtual_machine_back_up_bundle_async, NULL, backup_free,
                    NULL };
  Backup *backup;

  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && VZ_IS_BUNDLE (bundle) && path != NULL);
  backup = g_new0 (Backup, 1);
  backup->bundle = g_object_ref (bundle);
  backup->path = g_strdup (path);
  backup->progress = progress != NULL ? g_object_ref (progress) : NULL;
  async.data = backup;
  vz_async_start (&async, self, cancellable, callback, user_data);
}

/**
 * vz_virtual_machine_back_up_bundle_finish:
 * @self: the machine
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: as vz_virtual_machine_back_up_bundle()
 */
gboolean
vz_virtual_machine_back_up_bundle_finish (VzVirtualMachine *self, GAsyncResult *result,
                                          GError **error)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return vz_async_finish (result, self, vz_virtual_machine_back_up_bundle_async, error) != NULL;
}
