/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-virtual-machine-clone.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/vz-bundle-private.h"
#include "configuration/vz-disk-image-storage-device-attachment.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-file.h"
#include "machine/vz-virtual-machine-private.h"

/* How this works
 *
 * The guest is frozen by its agent, so that its file systems are whole on the disk. Where the host's
 * file system can share blocks, that is a matter of milliseconds. Elsewhere QEMU copies the disks while
 * the guest goes on writing, follows what it writes, and the guest is frozen only at the end, for the
 * moment in which the copies are whole and are cut off. Either way the guest never waits for a copy. */

#define MIRROR_PREFIX "vz-copy"
#define LOOK_MS 100

/* A writable disk in the bundle. */
typedef struct {
  guint number; /* as in QEMU's names: disk0 */
  char *name;   /* in the bundle */
} Disk;

typedef struct {
  VzVirtualMachine *machine;
  VzEngine *engine;
  GPtrArray *disks; /* of Disk */
  VzProgress *progress;
  GCancellable *cancellable;
  gboolean mirrors; /* QEMU copies, else blocks are shared */
  gboolean frozen;
} Copy;

static void
disk_free (gpointer data)
{
  Disk *disk = data;

  g_free (disk->name);
  g_free (disk);
}

/* Disks elsewhere belong to nobody but the configuration that names them. */
static GPtrArray *
list_disks (VzVirtualMachine *machine, VzBundle *bundle)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_storage_devices (
    vz_virtual_machine_get_configuration (machine));
  GPtrArray *disks = g_ptr_array_new_with_free_func (disk_free);

  for (guint i = 0; i < devices->len; i++)
    {
      VzStorageDeviceAttachment *attachment = vz_storage_device_configuration_get_attachment (devices->pdata[i]);
      g_autofree char *directory = NULL;
      const char *path;
      Disk *disk;

      if (!VZ_IS_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (attachment) ||
          vz_disk_image_storage_device_attachment_get_read_only (VZ_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (attachment)))
        continue;
      path = vz_disk_image_storage_device_attachment_get_path (VZ_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (attachment));
      directory = g_path_get_dirname (path);
      if (!g_str_equal (directory, vz_bundle_get_directory (bundle)))
        continue;
      disk = g_new0 (Disk, 1);
      disk->number = i;
      disk->name = g_path_get_basename (path);
      g_ptr_array_add (disks, disk);
    }
  return disks;
}

static gboolean
call_with_text (VzEngine *engine, const char *command, const char *key, const char *format, guint number,
                GError **error)
{
  JsonObject *arguments = json_object_new ();
  g_autofree char *text = g_strdup_printf ("%s%u", format, number);

  json_object_set_string_member (arguments, key, text);
  return vz_engine_call (engine, command, arguments, NULL, NULL, error);
}

static gboolean
add_target (Copy *self, Disk *disk, VzBundle *clone, GError **error)
{
  g_autofree char *path = vz_bundle_dup_file_path (clone, disk->name);
  g_autofree char *node = g_strdup_printf (MIRROR_PREFIX "%u", disk->number);
  JsonObject *arguments = json_object_new ();
  JsonObject *file = json_object_new ();

  json_object_set_string_member (file, "driver", "file");
  json_object_set_string_member (file, "filename", path);
  json_object_set_string_member (arguments, "driver", "raw");
  json_object_set_string_member (arguments, "node-name", node);
  json_object_set_string_member (arguments, "discard", "unmap");
  json_object_set_string_member (arguments, "detect-zeroes", "unmap");
  json_object_set_object_member (arguments, "file", file);
  return vz_engine_call (self->engine, "blockdev-add", arguments, self->cancellable, NULL, error);
}

static gboolean
make_target_file (Disk *disk, VzBundle *clone, VzVirtualMachine *machine, GError **error)
{
  g_autofree char *path = vz_bundle_dup_file_path (clone, disk->name);
  GPtrArray *devices = vz_virtual_machine_configuration_get_storage_devices (
    vz_virtual_machine_get_configuration (machine));
  const char *source = vz_disk_image_storage_device_attachment_get_path (VZ_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (
    vz_storage_device_configuration_get_attachment (devices->pdata[disk->number])));
  int fd VZ_AUTO_CLOSE = open (path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  struct stat st;

  if (fd < 0 || stat (source, &st) != 0 || ftruncate (fd, st.st_size) != 0)
    return vz_fail_errno (error, "cannot create '%s'", path);
  return TRUE;
}

static gboolean
start_mirror (Copy *self, Disk *disk, VzBundle *clone, GError **error)
{
  g_autofree char *node = g_strdup_printf (MIRROR_PREFIX "%u", disk->number);
  g_autofree char *source = g_strdup_printf ("disk%u", disk->number);
  JsonObject *arguments;

  /* Of a command that was killed. */
  call_with_text (self->engine, "blockdev-del", "node-name", MIRROR_PREFIX, disk->number, NULL);
  if (!make_target_file (disk, clone, self->machine, error) || !add_target (self, disk, clone, error))
    return FALSE;
  arguments = json_object_new ();
  json_object_set_string_member (arguments, "job-id", node);
  json_object_set_string_member (arguments, "device", source);
  json_object_set_string_member (arguments, "target", node);
  json_object_set_string_member (arguments, "sync", "full");
  /* What the guest writes goes to the copy at once, so that the end is always near. */
  json_object_set_string_member (arguments, "copy-mode", "write-blocking");
  json_object_set_boolean_member (arguments, "auto-dismiss", TRUE);
  return vz_engine_call (self->engine, "blockdev-mirror", arguments, self->cancellable, NULL, error);
}

/* Job @name as query-block-jobs tells of it; NULL when it is over. */
static JsonObject *
find_job (JsonNode *answer, const char *name)
{
  JsonArray *jobs = JSON_NODE_HOLDS_ARRAY (answer) ? json_node_get_array (answer) : NULL;

  for (guint i = 0; jobs != NULL && i < json_array_get_length (jobs); i++)
    {
      JsonObject *job = json_array_get_object_element (jobs, i);

      if (g_str_equal (json_object_get_string_member_with_default (job, "device", ""), name))
        return job;
    }
  return NULL;
}

static gboolean
look_at_jobs (Copy *self, guint *ret_running, guint *ret_ready, GError **error)
{
  g_autoptr (JsonNode) answer = NULL;
  gint64 done = 0, total = 0;

  *ret_running = *ret_ready = 0;
  if (!vz_engine_call (self->engine, "query-block-jobs", NULL, NULL, &answer, error))
    return FALSE;
  for (guint i = 0; i < self->disks->len; i++)
    {
      g_autofree char *name = g_strdup_printf (MIRROR_PREFIX "%u", ((Disk *) self->disks->pdata[i])->number);
      JsonObject *job = find_job (answer, name);

      if (job == NULL)
        continue;
      *ret_running += 1;
      *ret_ready += json_object_get_boolean_member_with_default (job, "ready", FALSE);
      done += json_object_get_int_member_with_default (job, "offset", 0);
      total += json_object_get_int_member_with_default (job, "len", 0);
    }
  if (self->progress != NULL && total > 0)
    {
      vz_progress_set_total (self->progress, (guint64) total);
      vz_progress_set_completed (self->progress, (guint64) done);
    }
  return TRUE;
}

static gboolean
wait_until_ready (Copy *self, GError **error)
{
  guint running, ready;

  for (;;)
    {
      if (g_cancellable_set_error_if_cancelled (self->cancellable, error) ||
          !look_at_jobs (self, &running, &ready, error))
        return FALSE;
      if (running < self->disks->len)
        return vz_fail (error, VZ_ERROR_OUT_OF_DISK_SPACE, "QEMU could not write the copy of the disk; is there room for it?");
      if (ready == running)
        return TRUE;
      g_usleep (LOOK_MS * 1000);
    }
}

/* Ends the jobs; those that are ready leave a copy of the disk as it is now. */
static void
end_mirrors (Copy *self)
{
  guint running, ready;

  for (guint i = 0; i < self->disks->len; i++)
    call_with_text (self->engine, "block-job-cancel", "device", MIRROR_PREFIX, ((Disk *) self->disks->pdata[i])->number,
                    NULL);
  while (look_at_jobs (self, &running, &ready, NULL) && running > 0)
    g_usleep (LOOK_MS * 100);
}

static void
remove_targets (Copy *self)
{
  for (guint i = 0; i < self->disks->len; i++)
    call_with_text (self->engine, "blockdev-del", "node-name", MIRROR_PREFIX, ((Disk *) self->disks->pdata[i])->number,
                    NULL);
}

static gboolean
freeze (Copy *self, GError **error)
{
  self->frozen = vz_guest_agent_freeze (vz_virtual_machine_get_guest_agent (self->machine), self->cancellable, error);
  return self->frozen;
}

static gboolean
thaw (Copy *self, GError **error)
{
  gboolean was_frozen = self->frozen;

  self->frozen = FALSE;
  return !was_frozen || vz_guest_agent_thaw (vz_virtual_machine_get_guest_agent (self->machine), error);
}

static gboolean
prepare (VzBundle *clone, gpointer user_data, GError **error)
{
  Copy *self = user_data;

  if (!self->mirrors)
    return freeze (self, error);
  end_mirrors (self); /* of a command that was killed */
  for (guint i = 0; i < self->disks->len; i++)
    if (!start_mirror (self, self->disks->pdata[i], clone, error))
      return FALSE;
  return wait_until_ready (self, error) && freeze (self, error);
}

static gboolean
skips (const char *name, gpointer user_data)
{
  Copy *self = user_data;

  for (guint i = 0; self->mirrors && i < self->disks->len; i++)
    if (g_str_equal (((Disk *) self->disks->pdata[i])->name, name))
      return TRUE;
  return FALSE;
}

static gboolean
finish (gpointer user_data, GError **error)
{
  Copy *self = user_data;
  guint running, ready;

  if (self->mirrors)
    {
      if (!look_at_jobs (self, &running, &ready, error))
        return FALSE;
      if (ready < self->disks->len)
        return vz_fail (error, VZ_ERROR_IO, "QEMU stopped copying a disk before its end");
      end_mirrors (self);
    }
  return thaw (self, error);
}

static gboolean
clone_in_one_way (Copy *self, gboolean mirrors, VzBundle *bundle, const char *destination, VzBundleCloneFlags flags,
                  GError **error)
{
  VzBundleCopy copy = { .may_share_only = !mirrors, .prepare = prepare, .skips = skips, .finish = finish, .user_data = self };
  gboolean done;

  self->mirrors = mirrors;
  done = vz_bundle_clone_with (bundle, destination, flags, &copy, self->progress, self->cancellable, error);
  /* After a failure too: a job that goes on would fill the disk, and a guest must not stay frozen. */
  if (mirrors)
    {
      end_mirrors (self);
      remove_targets (self);
    }
  thaw (self, NULL);
  return done;
}

/**
 * vz_virtual_machine_clone_bundle:
 * @self: a machine that runs
 * @bundle: its bundle
 * @destination: (type filename): where the clone shall be; its parent must exist
 * @flags: see #VzBundleCloneFlags
 * @progress: (nullable): is given a total, in bytes, and advanced
 * @cancellable: (nullable): cancels; nothing is left then
 * @error: return location for an error, or %NULL
 *
 * Does for a machine that runs what vz_bundle_clone() does for one that is stopped. The guest's agent
 * freezes its file systems for a moment, so that those of the clone are whole: while their blocks are
 * shared, or, where the host's file system cannot do that, at the end of QEMU's copying. The guest is
 * thawed in any case, also when this program is killed.
 *
 * Returns: whether the clone is there; otherwise @error is code 3 (state), %VZ_ERROR_GUEST_AGENT or
 *   %VZ_ERROR_TIMED_OUT when the guest cannot be frozen, or one of those of vz_bundle_clone()
 */
gboolean
vz_virtual_machine_clone_bundle (VzVirtualMachine *self, VzBundle *bundle, const char *destination,
                                 VzBundleCloneFlags flags, VzProgress *progress, GCancellable *cancellable,
                                 GError **error)
{
  Copy copy = { .machine = self, .progress = progress, .cancellable = cancellable };
  g_autoptr (GPtrArray) disks = NULL;
  g_autoptr (GError) cause = NULL;
  gboolean done;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && VZ_IS_BUNDLE (bundle) && destination != NULL, FALSE);
  copy.engine = vz_virtual_machine_get_running_engine (self, error);
  if (copy.engine == NULL)
    return FALSE;
  if (vz_virtual_machine_get_state (self) != VZ_VIRTUAL_MACHINE_STATE_RUNNING)
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE,
                    "a guest that is paused cannot be asked to finish its writing; resume or stop it first");
  copy.disks = disks = list_disks (self, bundle);
  done = clone_in_one_way (&copy, FALSE, bundle, destination, flags, &cause);
  if (!done && g_error_matches (cause, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED))
    {
      g_clear_error (&cause);
      done = clone_in_one_way (&copy, TRUE, bundle, destination, flags, &cause);
    }
  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return done;
}
