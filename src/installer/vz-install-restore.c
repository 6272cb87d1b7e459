/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <unistd.h>

#include "bundle/vz-bundle-lock.h"
#include "bundle/vz-machine-lock.h"
#include "foundation/file/vz-file.h"
#include "foundation/host/vz-file-users.h"
#include "foundation/vz-fail.h"
#include "image/vz-restore-component.h"
#include "installer/target/vz-install-journal.h"
#include "installer/vz-install-plan.h"

/* Turns the file into one hole: a component's chunks of zeros are not written. */
static gboolean
erase (int fd, guint64 size)
{
  return ftruncate (fd, 0) == 0 && ftruncate (fd, (off_t) size) == 0;
}

static void
count_work (VzInstallPlan *self, VzProgress *progress)
{
  guint64 total = 0;

  if (self->whole_disk != NULL)
    total = vz_restore_component_get_work (self->image, self->whole_disk);
  for (guint i = 0; self->table != NULL && i < self->table->partitions->len; i++)
    {
      const VzPartition *partition = g_ptr_array_index (self->table->partitions, i);

      total += vz_restore_component_get_work (self->image, partition->component);
    }
  vz_progress_set_total (progress, MAX (total, 1));
}

static gboolean
restore_partitions (VzInstallPlan *self, int fd, VzProgress *progress, GCancellable *cancellable,
                    GError **error)
{
  if (!vz_partition_table_write (self->table, fd, error))
    return FALSE;
  for (guint i = 0; i < self->table->partitions->len; i++)
    {
      const VzPartition *partition = g_ptr_array_index (self->table->partitions, i);

      if (!vz_restore_component_to_fd (self->image, partition->component, fd, partition->offset,
                                       progress, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/* Its partition table comes with it, and is adapted to the machine's disk. */
static gboolean
restore_disk (VzInstallPlan *self, int fd, VzProgress *progress, GCancellable *cancellable,
              GError **error)
{
  gboolean grown = FALSE;

  return vz_restore_component_to_fd (self->image, self->whole_disk, fd, 0, progress, cancellable,
                                     error) &&
         vz_partition_table_grow (fd, &grown, error);
}

/* The disk may be in a bundle, which has its own lock. */
static gboolean
lock_bundle (VzInstallPlan *self, VzBundleLock **ret_lock, GError **error)
{
  g_autofree char *directory = vz_bundle_lock_find_around (self->disk_path, self->identifier);

  if (directory != NULL)
    *ret_lock = vz_bundle_lock_take (directory, "install", error);
  return directory == NULL || *ret_lock != NULL;
}

gboolean
vz_install_plan_restore (VzInstallPlan *self, VzProgress *progress, GCancellable *cancellable,
                         GError **error)
{
  int lock VZ_AUTO_CLOSE = -1;
  g_autoptr (VzBundleLock) bundle = NULL;
  int fd VZ_AUTO_CLOSE = -1;

  if (self->restored)
    return TRUE;
  lock = vz_machine_lock_acquire (self->identifier, "install", error);
  if (lock < 0 || !lock_bundle (self, &bundle, error))
    return FALSE;
  if (!vz_file_check_users (self->disk_path, VZ_FILE_USE_WRITE, error))
    return FALSE;
  fd = open (self->disk_path, O_RDWR | O_CLOEXEC);
  if (fd < 0)
    return vz_fail_errno (error, "cannot open the disk image '%s'", self->disk_path);
  /* The note is removed first: from here on the disk is not what the note says. */
  if (!vz_install_journal_remove (self->disk_path, error))
    return FALSE;
  if (!erase (fd, self->disk_size))
    return vz_fail_errno (error, "cannot erase the disk image '%s'", self->disk_path);
  count_work (self, progress);
  if (!(self->whole_disk != NULL ? restore_disk (self, fd, progress, cancellable, error)
                                 : restore_partitions (self, fd, progress, cancellable, error)))
    return FALSE;
  if (fsync (fd) != 0)
    return vz_fail_errno (error, "cannot write the disk image '%s'", self->disk_path);
  return vz_install_journal_write (self->disk_path, self->fingerprint, self->disk_size, error);
}
