/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backup/vz-bundle-backup.h"

#include "backup/vz-backup-reader.h"
#include "backup/vz-backup-writer.h"
#include "bundle/vz-bundle-lock.h"
#include "foundation/file/vz-destination.h"
#include "foundation/file/vz-file.h"
#include "foundation/host/vz-file-users.h"
#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"

/**
 * vz_bundle_back_up:
 * @self: a finished bundle whose machine is stopped
 * @path: (type filename): the file to write, which must not exist
 * @progress: (nullable): is given a total, in bytes, and advanced
 * @cancellable: (nullable): cancels; nothing is left then
 * @error: return location for an error, or %NULL
 *
 * Backs up everything that belongs to the machine to one file: its disks, auxiliary storage,
 * identity, configuration, and a saved state if there is one. Only the restore image that a bundle
 * may keep is left out. The file is compressed on all cores, zeros take no space, and every part
 * has a digest. It gets its name when it is complete and on the disk. Files outside the bundle that
 * the configuration names are not included.
 *
 * To back up a running machine, use vz_virtual_machine_back_up_bundle().
 *
 * Returns: whether the backup was written; otherwise @error is %VZ_ERROR_BUSY (the machine is in
 * use; the message says by which process), %VZ_ERROR_EXISTS, %VZ_ERROR_NOT_FOUND,
 * %VZ_ERROR_INVALID_ARGUMENT (@path is in the bundle, or a file has a name or size that cannot be
 * in a backup), %VZ_ERROR_INVALID_BUNDLE, %VZ_ERROR_OUT_OF_DISK_SPACE, %VZ_ERROR_IO or
 * %G_IO_ERROR_CANCELLED
 */
gboolean
vz_bundle_back_up (VzBundle *self, const char *path, VzProgress *progress,
                   GCancellable *cancellable, GError **error)
{
  g_autoptr (VzMachineIdentifier) identifier = NULL;
  g_autoptr (VzBundleLock) lock = NULL;
  g_autoptr (VzBackupWriter) writer = NULL;

  g_return_val_if_fail (VZ_IS_BUNDLE (self) && !vz_bundle_is_partial (self) && path != NULL, FALSE);
  identifier = vz_bundle_load_machine_identifier (self, error);
  if (identifier == NULL)
    return FALSE;
  lock = vz_bundle_lock_take_at_rest (vz_bundle_get_directory (self), "backup", FALSE, error);
  if (lock == NULL)
    return FALSE;
  writer = vz_backup_writer_new (self, path, error);
  return writer != NULL && vz_backup_writer_finish (writer, progress, cancellable, error);
}

/**
 * vz_bundle_back_up_async:
 * @self: a finished bundle whose machine is stopped
 * @path: (type filename): the file to write
 * @progress: (nullable): is given a total, in bytes, and advanced
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_bundle_back_up() without blocking.
 */
void
vz_bundle_back_up_async (VzBundle *self, const char *path, VzProgress *progress,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (VZ_IS_BUNDLE (self) && path != NULL);
  vz_async_make_file (self, (VzAsyncMakeFile) vz_bundle_back_up, path, progress, cancellable,
                      callback, user_data);
}

/**
 * vz_bundle_back_up_finish:
 * @self: the bundle
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: as vz_bundle_back_up()
 */
gboolean
vz_bundle_back_up_finish (VzBundle *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (VZ_IS_BUNDLE (self), FALSE);
  return vz_async_finish (result, self, vz_bundle_back_up, error) != NULL;
}

/* Before any of it is created. */
static gboolean
check_place (VzBackupReader *reader, const char *path, GError **error)
{
  VzDestination wanted = { .data = vz_backup_reader_get_data_size (reader) };

  if (vz_file_is_there (path))
    return vz_fail (error, VZ_ERROR_EXISTS, "'%s' already exists", path);
  vz_backup_reader_get_lengths (reader, &wanted.length, &wanted.largest);
  return vz_destination_check (path, &wanted, error);
}

static gboolean
restore (VzBackupReader *reader, VzBundle *bundle, VzProgress *progress, GCancellable *cancellable,
         GError **error)
{
  guint64 work;

  if (!vz_backup_reader_measure (reader, &work, error))
    return FALSE;
  if (progress != NULL)
    {
      vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_CHECKING);
      vz_progress_set_total (progress, 2 * MAX (work, 1));
    }
  if (!vz_backup_reader_verify (reader, progress, cancellable, error))
    return FALSE;
  if (progress != NULL)
    vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_RESTORING);
  return vz_backup_reader_restore (reader, bundle, progress, cancellable, error);
}

/**
 * vz_bundle_restore_backup:
 * @backup: (type filename): a file written by vz_bundle_back_up() or
 * vz_virtual_machine_back_up_bundle()
 * @path: (type filename): where to put the bundle; its parent must exist
 * @progress: (nullable): is given a total, in bytes, and advanced
 * @cancellable: (nullable): cancels; nothing is left then
 * @error: return location for an error, or %NULL
 *
 * Makes a bundle from a backup. It is the same machine, with the same identity; only one of the two
 * can run at a time. All digests are verified before anything is written, and each chunk again when
 * it is written. Nothing appears at @path before the bundle is complete and on the disk.
 *
 * Returns: (transfer full) (nullable): the bundle, or %NULL with %VZ_ERROR_EXISTS,
 *   %VZ_ERROR_NOT_FOUND, %VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED when the backup cannot be read,
 *   %VZ_ERROR_DIGEST_MISMATCH when it is damaged, %VZ_ERROR_INVALID_RESTORE_IMAGE when it is
 *   damaged or not a backup, %VZ_ERROR_INVALID_BUNDLE when it does not contain a machine,
 *   %VZ_ERROR_BUSY when another process makes a bundle there or writes to the backup,
 *   %VZ_ERROR_OUT_OF_DISK_SPACE, %VZ_ERROR_IO or %G_IO_ERROR_CANCELLED
 */
VzBundle *
vz_bundle_restore_backup (const char *backup, const char *path, VzProgress *progress,
                          GCancellable *cancellable, GError **error)
{
  g_autoptr (VzBackupReader) reader = NULL;
  g_autoptr (VzBundle) bundle = NULL;

  g_return_val_if_fail (backup != NULL && path != NULL, NULL);
  /* A file that is still being written would be reported as damaged. */
  if (!vz_file_check_users (backup, VZ_FILE_USE_READ, error))
    return NULL;
  reader = vz_backup_reader_new (backup, cancellable, error);
  if (reader != NULL && check_place (reader, path, error))
    bundle = vz_bundle_create (path, error);
  if (bundle == NULL)
    return NULL;
  if (restore (reader, bundle, progress, cancellable, error) &&
      !g_cancellable_set_error_if_cancelled (cancellable, error) &&
      vz_bundle_commit (bundle, error))
    {
      if (progress != NULL)
        vz_progress_finish (progress);
      return g_steal_pointer (&bundle);
    }
  vz_bundle_discard (bundle, NULL); /* the caller needs to know what stopped us */
  return NULL;
}

typedef struct {
  char *backup;
  char *path;
  VzProgress *progress; /* may be NULL */
} Restore;

static void
restore_free (gpointer data)
{
  Restore *self = data;

  g_clear_object (&self->progress);
  g_free (self->backup);
  g_free (self->path);
  g_free (self);
}

static gpointer
call_restore (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  Restore *self = data;

  return vz_bundle_restore_backup (self->backup, self->path, self->progress, cancellable, error);
}

/**
 * vz_bundle_restore_backup_async:
 * @backup: (type filename): a backup
 * @path: (type filename): where to put the bundle
 * @progress: (nullable): is given a total, in bytes, and advanced
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_bundle_restore_backup() without blocking.
 */
void
vz_bundle_restore_backup_async (const char *backup, const char *path, VzProgress *progress,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  Restore *self;
  VzAsync async = { call_restore, vz_bundle_restore_backup_async, NULL, restore_free,
                    g_object_unref };

  g_return_if_fail (backup != NULL && path != NULL);
  self = g_new0 (Restore, 1);
  self->backup = g_strdup (backup);
  self->path = g_strdup (path);
  self->progress = progress != NULL ? g_object_ref (progress) : NULL;
  async.data = self;
  vz_async_start (&async, NULL, cancellable, callback, user_data);
}

/**
 * vz_bundle_restore_backup_finish:
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: (transfer full) (nullable): as vz_bundle_restore_backup()
 */
VzBundle *
vz_bundle_restore_backup_finish (GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, NULL, vz_bundle_restore_backup_async, error);
}
