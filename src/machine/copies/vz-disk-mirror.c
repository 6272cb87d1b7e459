/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/copies/vz-disk-mirror.h"

#include <sys/stat.h>
#include <unistd.h>

#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/vz-configuration-rules.h"
#include "foundation/file/vz-file-content.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "qemu/arguments/vz-arguments.h"
#include "qemu/engine/vz-engine-usb.h"

#include <fcntl.h>

/* How this works
 *
 * QEMU copies a disk while the guest keeps writing; guest writes go to the copy at once, so it is
 * always nearly complete. QEMU gets the copy's file as a descriptor, because the file may have no
 * name: a killed program then leaves no file, and the next one finds the job in QEMU and ends
 * it. */

#define NODE "vz-copy"
#define FD_NUMBER 100 /* plus the disk's number */
#define LOOK_MS 100

typedef struct {
  guint number; /* among all of the machine's disks */
  char *node; /* QEMU's name for it */
  char *path;
  char *name; /* in the bundle */
} Disk;

struct _VzDiskMirror {
  VzEngine *engine;
  GPtrArray *disks; /* of Disk */
  GArray *targets; /* of int: to find out how much has been written to them */
  gint64 done; /* of all jobs, when last checked */
  guint64 moved; /* the size of the targets then */
};

static void
disk_free (gpointer data)
{
  Disk *disk = data;

  g_free (disk->node);
  g_free (disk->path);
  g_free (disk->name);
  g_free (disk);
}

/* Including those attached while the machine runs. */
static gboolean
list_disks (VzDiskMirror *self, VzVirtualMachine *machine, VzBundle *bundle, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration) now =
    vz_engine_dup_usb_configuration (self->engine, vz_virtual_machine_get_configuration (machine),
                                     NULL, error);
  g_autoptr (GPtrArray) devices = NULL;

  if (now == NULL)
    return FALSE;
  devices = vz_virtual_machine_configuration_list_storage (now);
  for (guint i = 0; i < devices->len; i++)
    {
      VzDiskImageStorageDeviceAttachment *image =
        vz_storage_device_configuration_get_disk_image (devices->pdata[i]);
      g_autofree char *directory = NULL;
      Disk *disk;

      if (image == NULL || vz_disk_image_storage_device_attachment_get_read_only (image))
        continue;
      disk = g_new0 (Disk, 1);
      disk->number = i;
      disk->node = vz_arguments_dup_disk_node_name (now, i);
      disk->path = g_strdup (vz_disk_image_storage_device_attachment_get_path (image));
      disk->name = g_path_get_basename (disk->path);
      directory = g_path_get_dirname (disk->path);
      if (g_str_equal (directory, vz_bundle_get_directory (bundle)))
        g_ptr_array_add (self->disks, disk);
      else
        disk_free (disk);
    }
  return TRUE;
}

static gboolean
call_for_disk (VzDiskMirror *self, const char *command, const char *key, const Disk *disk,
               GError **error)
{
  g_autofree char *text = g_strdup_printf (NODE "%u", disk->number);

  return vz_engine_call (self->engine, command, vz_json_new_strings (key, text, NULL), NULL, NULL,
                         error);
}

/* QEMU counts what it has passed, including holes; what was written is in the targets. */
static void
tell_progress (VzDiskMirror *self, VzProgress *progress, gint64 done)
{
  guint64 moved = 0, more;
  struct stat st;

  for (guint i = 0; i < self->targets->len; i++)
    if (fstat (g_array_index (self->targets, int, i), &st) == 0)
      moved += (guint64) st.st_blocks * 512;
  if (done < self->done)
    vz_progress_set_completed (progress, (guint64) done);
  else
    {
      more = MIN (moved - MIN (self->moved, moved), (guint64) (done - self->done));
      vz_progress_add_completed (progress, more);
      vz_progress_skip (progress, (guint64) (done - self->done) - more);
    }
  self->done = done;
  self->moved = moved;
}

static gboolean
look_at_jobs (VzDiskMirror *self, VzProgress *progress, guint *ret_running, guint *ret_ready,
              GError **error)
{
  g_autoptr (JsonNode) answer = NULL;
  gint64 done = 0, total = 0;

  *ret_running = *ret_ready = 0;
  if (!vz_engine_call (self->engine, "query-block-jobs", NULL, NULL, &answer, error))
    return FALSE;
  for (guint i = 0; i < self->disks->len; i++)
    {
      g_autofree char *name = g_strdup_printf (NODE "%u", ((Disk *) self->disks->pdata[i])->number);
      JsonObject *job = vz_json_find (answer, "device", name);

      if (job == NULL) /* it is over */
        continue;
      *ret_running += 1;
      *ret_ready += json_object_get_boolean_member_with_default (job, "ready", FALSE);
      done += json_object_get_int_member_with_default (job, "offset", 0);
      total += json_object_get_int_member_with_default (job, "len", 0);
    }
  if (progress != NULL && total > 0)
    {
      vz_progress_set_total (progress, (guint64) total);
      tell_progress (self, progress, done);
    }
  return TRUE;
}

/* Ends the jobs; those that are ready leave a copy of the current disk. */
static void
end_jobs (VzDiskMirror *self)
{
  guint running, ready;

  for (guint i = 0; i < self->disks->len; i++)
    call_for_disk (self, "block-job-cancel", "device", self->disks->pdata[i], NULL);
  while (look_at_jobs (self, NULL, &running, &ready, NULL) && running > 0)
    vz_pause (LOOK_MS / 10, NULL, NULL);
}

static void
remove_targets (VzDiskMirror *self)
{
  for (guint i = 0; i < self->disks->len; i++)
    {
      const Disk *disk = self->disks->pdata[i];

      call_for_disk (self, "blockdev-del", "node-name", disk, NULL);
      vz_engine_remove_fd (self->engine, FD_NUMBER + disk->number);
    }
}

static void
close_target (gpointer data)
{
  vz_file_close (data);
}

VzDiskMirror *
vz_disk_mirror_new (VzVirtualMachine *machine, VzEngine *engine, VzBundle *bundle, GError **error)
{
  VzDiskMirror *self = g_new0 (VzDiskMirror, 1);

  self->engine = engine;
  self->disks = g_ptr_array_new_with_free_func (disk_free);
  self->targets = g_array_new (FALSE, FALSE, sizeof (int));
  g_array_set_clear_func (self->targets, close_target);
  if (!list_disks (self, machine, bundle, error))
    {
      vz_disk_mirror_free (self);
      return NULL;
    }
  end_jobs (self);
  remove_targets (self);
  return self;
}

void
vz_disk_mirror_free (VzDiskMirror *self)
{
  if (self == NULL)
    return;
  end_jobs (self);
  remove_targets (self);
  g_ptr_array_unref (self->disks);
  g_array_unref (self->targets);
  g_free (self);
}

gboolean
vz_disk_mirror_has (VzDiskMirror *self, const char *name)
{
  for (guint i = 0; i < self->disks->len; i++)
    if (g_str_equal (((Disk *) self->disks->pdata[i])->name, name))
      return TRUE;
  return FALSE;
}

gboolean
vz_disk_mirror_measure (VzDiskMirror *self, guint64 *ret_bytes, GError **error)
{
  *ret_bytes = 0;
  for (guint i = 0; i < self->disks->len; i++)
    {
      const Disk *disk = self->disks->pdata[i];
      int fd VZ_AUTO_CLOSE = open (disk->path, O_RDONLY | O_CLOEXEC);
      guint64 bytes;

      if (fd < 0)
        return vz_fail_errno (error, "cannot open '%s'", disk->path);
      if (!vz_file_content_measure (fd, &bytes, error))
        return FALSE;
      *ret_bytes += bytes;
    }
  return TRUE;
}

static gboolean
add_target (VzDiskMirror *self, const Disk *disk, int fd, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/dev/fdset/%u", FD_NUMBER + disk->number);
  g_autofree char *node = g_strdup_printf (NODE "%u", disk->number);
  JsonObject *arguments;
  struct stat st;

  if (stat (disk->path, &st) != 0 || ftruncate (fd, st.st_size) != 0)
    return vz_fail_errno (error, "cannot extend the copy to the size of '%s'", disk->path);
  if (!vz_engine_add_fd (self->engine, fd, FD_NUMBER + disk->number, cancellable, error))
    return FALSE;
  arguments = vz_json_new_strings ("driver", "raw", "node-name", node, "discard", "unmap",
                                   "detect-zeroes", "unmap", NULL);
  json_object_set_object_member (arguments, "file",
                                 vz_json_new_strings ("driver", "file", "filename", path, NULL));
  return vz_engine_call (self->engine, "blockdev-add", arguments, cancellable, NULL, error);
}

static gboolean
start_job (VzDiskMirror *self, const Disk *disk, GCancellable *cancellable, GError **error)
{
  g_autofree char *node = g_strdup_printf (NODE "%u", disk->number);
  JsonObject *arguments = vz_json_new_strings ("job-id", node, "device", disk->node, "target", node,
                                               "sync", "full", "copy-mode", "write-blocking", NULL);

  json_object_set_boolean_member (arguments, "auto-dismiss", TRUE);
  return vz_engine_call (self->engine, "blockdev-mirror", arguments, cancellable, NULL, error);
}

gboolean
vz_disk_mirror_start (VzDiskMirror *self, VzDiskMirrorTarget open_target, gpointer user_data,
                      GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < self->disks->len; i++)
    {
      const Disk *disk = self->disks->pdata[i];
      int fd VZ_AUTO_CLOSE = open_target (disk->name, user_data, error);

      int copy;

      if (fd < 0 || !add_target (self, disk, fd, cancellable, error) ||
          !start_job (self, disk, cancellable, error))
        return FALSE;
      copy = fcntl (fd, F_DUPFD_CLOEXEC, 3);
      if (copy >= 0)
        g_array_append_val (self->targets, copy);
    }
  return TRUE;
}

gboolean
vz_disk_mirror_wait (VzDiskMirror *self, VzProgress *progress, GCancellable *cancellable,
                     GError **error)
{
  guint running, ready;

  for (;;)
    {
      if (!look_at_jobs (self, progress, &running, &ready, error))
        return FALSE;
      if (running < self->disks->len)
        return vz_fail (
          error, VZ_ERROR_OUT_OF_DISK_SPACE,
          "QEMU could not write the copy of the disk; check that there is room for it");
      if (ready == running)
        return TRUE;
      if (!vz_pause (LOOK_MS, cancellable, error))
        return FALSE;
    }
}

gboolean
vz_disk_mirror_finish (VzDiskMirror *self, GError **error)
{
  guint running, ready;

  if (!look_at_jobs (self, NULL, &running, &ready, error))
    return FALSE;
  if (ready < self->disks->len)
    return vz_fail (error, VZ_ERROR_IO, "QEMU stopped copying a disk before its end");
  end_jobs (self);
  return TRUE;
}
