/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "export/vz-bundle-export.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bundle/vz-bundle-lock.h"
#include "configuration/identity/vz-generic-hardware-model.h"
#include "configuration/network/vz-network-device-configuration.h"
#include "disk/vz-qemu-img.h"
#include "export/vz-export-text.h"
#include "foundation/file/vz-destination.h"
#include "foundation/file/vz-file-content.h"
#include "foundation/file/vz-file-system.h"
#include "foundation/file/vz-file.h"
#include "foundation/host/vz-run.h"
#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * qemu-img writes the disk in a folder beside the destination, which is always removed; the file
 * gets its name once it is complete. An .ova is a tar archive of a description and a vmdk. */

#define SILENCE_MS (10 * 60 * 1000)
#define LEAST_FREE (1 << 20) /* bytes; a disk that a program has filled has less free */

static const struct {
  const char *end;
  const char *format; /* the name in qemu-img and libvirt */
  const char *option;
} kinds[] = {
  { ".qcow2", "qcow2", NULL },
  { ".raw", "raw", NULL },
  { ".img", "raw", NULL },
  { ".vmdk", "vmdk", NULL },
  { ".ova", "vmdk", "subformat=streamOptimized" },
};

typedef struct {
  VzBundle *bundle;
  const char *path;
  gsize kind;
  gboolean libvirt;
  char *folder; /* beside the destination */
  int lock; /* on it */
  char *disk; /* in it */
  char *name; /* of the machine */
  VzExportMachine machine;
  VzVirtualMachineConfiguration *configuration;
  char *uuid;
  char *mac_address;
} Export;

static void
export_clear (Export *self)
{
  if (self->folder != NULL)
    vz_file_remove_tree (self->folder, NULL);
  vz_file_close (&self->lock);
  g_free (self->folder);
  g_free (self->disk);
  g_free (self->name);
  g_free (self->uuid);
  g_free (self->mac_address);
  g_clear_object (&self->configuration);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Export, export_clear)

static gboolean
is_ova (const Export *self)
{
  return kinds[self->kind].option != NULL;
}

static gboolean
find_kind (Export *self, GError **error)
{
  g_autofree char *name = g_path_get_basename (self->path);
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (self->kind = 0; self->kind < G_N_ELEMENTS (kinds); self->kind++)
    if (g_str_has_suffix (lower, kinds[self->kind].end))
      break;
  if (self->kind == G_N_ELEMENTS (kinds))
    return vz_fail (
      error, VZ_ERROR_INVALID_ARGUMENT,
      "'%s': the name must end with .qcow2, .raw, .img, .vmdk or .ova, to select the format",
      self->path);
  if (self->libvirt && is_ova (self))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "'%s': libvirt cannot use an .ova; choose another format", self->path);
  self->name = g_strndup (name, strlen (name) - strlen (kinds[self->kind].end));
  return TRUE;
}

static gboolean
check_place (const Export *self, guint64 data, guint64 size, GError **error)
{
  const VzDestination wanted = { .data = is_ova (self) ? 2 * data : data,
                                 .length = g_str_equal (kinds[self->kind].format, "raw") ? size
                                                                                         : data,
                                 .largest = data };
  g_autofree char *domain = g_strconcat (self->path, ".xml", NULL);

  if (vz_file_is_there (self->path))
    return vz_fail (error, VZ_ERROR_EXISTS, "'%s' already exists", self->path);
  if (self->libvirt && vz_file_is_there (domain))
    return vz_fail (error, VZ_ERROR_EXISTS, "'%s' already exists", domain);
  return vz_destination_check (self->path, &wanted, error);
}

static gboolean
look (Export *self, GError **error)
{
  g_autofree char *path = vz_bundle_dup_disk_image_path (self->bundle);
  int fd VZ_AUTO_CLOSE = open (path, O_RDONLY | O_CLOEXEC);
  guint64 data = 0;
  struct stat st;

  if (fd < 0 || fstat (fd, &st) != 0)
    return vz_fail_errno (error, "cannot read '%s'", path);
  self->machine.disk_size = (guint64) st.st_size;
  return vz_file_content_measure (fd, &data, error) &&
         check_place (self, data, self->machine.disk_size, error);
}

static gboolean
describe (Export *self, GError **error)
{
  g_autoptr (VzHardwareModel) model = vz_bundle_load_hardware_model (self->bundle, error);
  g_autoptr (VzMachineIdentifier)
    identifier = model != NULL ? vz_bundle_load_machine_identifier (self->bundle, error) : NULL;
  GPtrArray *networks;
  VzMACAddress *address;

  if (identifier == NULL)
    return FALSE;
  if (!VZ_IS_GENERIC_HARDWARE_MODEL (model))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "'%s' is a Mac, and no other program can use its disk; 'vz backup' packs it",
                    vz_bundle_get_path (self->bundle));
  self->configuration = vz_bundle_load_configuration (self->bundle, error);
  if (self->configuration == NULL)
    return FALSE;
  self->uuid = vz_machine_identifier_dup_uuid (identifier);
  networks = vz_virtual_machine_configuration_get_network_devices (self->configuration);
  address = networks->len > 0 ? vz_network_device_configuration_get_mac_address (networks->pdata[0])
                              : NULL;
  self->mac_address = address != NULL ? g_strdup (vz_mac_address_to_string (address)) : NULL;
  self->machine.name = self->name;
  self->machine.uuid = self->uuid;
  self->machine.mac_address = self->mac_address;
  self->machine.architecture =
    vz_generic_hardware_model_get_architecture (VZ_GENERIC_HARDWARE_MODEL (model));
  self->machine.architecture = g_intern_string (self->machine.architecture);
  self->machine.cpu_count = vz_virtual_machine_configuration_get_cpu_count (self->configuration);
  self->machine.memory_size =
    vz_virtual_machine_configuration_get_memory_size (self->configuration);
  self->machine.format = kinds[self->kind].format;
  return TRUE;
}

/* Beside the destination, and locked: an unlocked one was left by a killed export. */
static gboolean
make_folder (Export *self, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (self->path);
  g_autofree char *name = g_path_get_basename (self->path);
  g_autofree char *hidden = g_strdup_printf (".%s.vz-export", name);
  g_autofree char *path = g_build_filename (parent, hidden, NULL);
  g_autofree char *file = g_strconcat (self->name, is_ova (self) ? ".vmdk" : ".disk", NULL);
  int left VZ_AUTO_CLOSE = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  if (left >= 0 && flock (left, LOCK_EX | LOCK_NB) != 0)
    return vz_fail (error, VZ_ERROR_BUSY, "another process exports to '%s'", self->path);
  if (left >= 0 && !vz_file_remove_tree (path, error))
    return FALSE;
  if (g_mkdir (path, 0700) != 0)
    return vz_fail_errno (error, "cannot create the folder '%s'", path);
  self->folder = g_steal_pointer (&path);
  self->disk = g_build_filename (self->folder, file, NULL);
  self->lock = open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return (self->lock >= 0 && flock (self->lock, LOCK_EX | LOCK_NB) == 0) ||
         vz_fail_errno (error, "cannot lock the folder '%s'", self->folder);
}

static gboolean
convert (Export *self, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree char *from = vz_bundle_dup_disk_image_path (self->bundle);
  const char *option = kinds[self->kind].option;
  const char *argv[] = { "qemu-img",
                         "convert",
                         "-p",
                         "-W",
                         "-m",
                         "16",
                         "-f",
                         "raw",
                         "-O",
                         kinds[self->kind].format,
                         from,
                         self->disk,
                         option != NULL ? "-o" : NULL,
                         option,
                         NULL };
  g_auto (VzQemuImgWork) work = { .progress = progress, .units = self->machine.disk_size };
  VzRun run = { .argv = argv,
                .limit_ms = SILENCE_MS,
                .wants_output = TRUE,
                .wants_errors = TRUE,
                .counts_in_place = TRUE,
                .line = vz_qemu_img_take_line,
                .user_data = &work };
  int status = 0;

  vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_WRITING);
  vz_progress_set_total (progress, MAX (self->machine.disk_size, 1));
  return vz_run (&run, &status, NULL, cancellable, error) &&
         vz_qemu_img_judge (status, &work, VZ_ERROR_IO, "the disk cannot be exported", error);
}

/* VirtualBox and others check digests; tar pads what it packs. */
static gboolean
pack (Export *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *disk = g_path_get_basename (self->disk);
  g_autofree char *description = g_strconcat (self->name, ".ovf", NULL);
  g_autofree char *path = g_build_filename (self->folder, description, NULL);
  g_autofree char *archive = g_build_filename (self->folder, ".ova", NULL);
  const char *argv[] = { "tar",
                         "--format=ustar",
                         "--owner=0",
                         "--group=0",
                         "--numeric-owner",
                         "-cf",
                         archive,
                         "-C",
                         self->folder,
                         "--",
                         description,
                         disk,
                         NULL };
  VzRun run = { .argv = argv, .limit_ms = 6 * SILENCE_MS, .wants_errors = TRUE };
  g_autoptr (GBytes) data = NULL;
  g_autofree char *said = NULL;
  GStatBuf st;
  char *text;
  int status = 0;

  if (g_stat (self->disk, &st) != 0)
    return vz_fail_errno (error, "cannot read '%s'", self->disk);
  self->machine.disk = disk;
  text = vz_export_dup_ovf (&self->machine, (guint64) st.st_size);
  data = g_bytes_new_take (text, strlen (text));
  if (!vz_file_write (path, data, VZ_FILE_MODE_USUAL, error) ||
      !vz_run (&run, &status, &said, cancellable, error))
    return FALSE;
  if (!g_spawn_check_wait_status (status, NULL))
    return vz_fail (error, VZ_ERROR_IO, "'%s' cannot be packed: %s", self->path, said);
  g_free (self->disk);
  self->disk = g_steal_pointer (&archive);
  return TRUE;
}

static gboolean
write_domain (Export *self, GError **error)
{
  g_autofree char *path = g_strconcat (self->path, ".xml", NULL);
  g_autoptr (GBytes) data = NULL;
  char *text;

  if (!self->libvirt)
    return TRUE;
  self->machine.disk = self->path;
  text = vz_export_dup_domain (&self->machine);
  data = g_bytes_new_take (text, strlen (text));
  return vz_file_write (path, data, VZ_FILE_MODE_USUAL, error);
}

static gboolean
give_name (Export *self, GError **error)
{
  int fd VZ_AUTO_CLOSE = open (self->disk, O_RDONLY | O_CLOEXEC);

  /* The guest's disk is as private as the bundle's. */
  if (fd < 0 || fsync (fd) != 0 || chmod (self->disk, 0600) != 0)
    return vz_fail_errno (error, "cannot write '%s'", self->path);
  return vz_file_rename_no_replace (self->disk, self->path, error) && write_domain (self, error);
}

/* qemu-img and tar report a full disk in their own words. */
static gboolean
blame_full_disk (const Export *self, GError **error)
{
  g_auto (VzFileSystem) file_system = { NULL };

  if (error == NULL || vz_error_is_cancelled (*error) ||
      !vz_file_system_look (self->folder, &file_system) || file_system.free_space >= LEAST_FREE)
    return FALSE;
  g_clear_error (error);
  return vz_fail (error, VZ_ERROR_OUT_OF_DISK_SPACE,
                  "'%s' cannot be written: its file system (%s) is full", self->path,
                  file_system.type);
}

static gboolean
write_all (Export *self, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  return (convert (self, progress, cancellable, error) &&
          (!is_ova (self) || pack (self, cancellable, error)) && give_name (self, error)) ||
         blame_full_disk (self, error);
}

/**
 * vz_bundle_export:
 * @self: a finished bundle of a Linux guest whose machine is stopped
 * @path: (type filename): the file to create; its extension (`.qcow2`, `.raw`, `.img`, `.vmdk`,
 * `.ova`) determines the format
 * @libvirt: whether to write a description for libvirt (domain XML) too, at @path with `.xml`
 * appended
 * @progress: (nullable): is given a total, in bytes, and advanced
 * @cancellable: (nullable): cancels; nothing is left then
 * @error: return location for an error, or %NULL
 *
 * Exports the machine's disk for another program. An `.ova` also has a description of the machine.
 *
 * Returns: whether the file is there, complete; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT (the
 *   name), %VZ_ERROR_EXISTS, %VZ_ERROR_BUSY, %VZ_ERROR_NOT_SUPPORTED (a Mac, or qemu-img is not
 *   installed), %VZ_ERROR_OUT_OF_DISK_SPACE or %VZ_ERROR_IO
 *
 * Since: 0.1
 */
gboolean
vz_bundle_export (VzBundle *self, const char *path, gboolean libvirt, VzProgress *progress,
                  GCancellable *cancellable, GError **error)
{
  g_autoptr (VzBundleLock) lock = NULL;
  g_autoptr (VzProgress) own = progress != NULL ? g_object_ref (progress) : vz_progress_new (0);
  g_autofree char *absolute = NULL;
  g_auto (Export) export = { .bundle = self, .libvirt = libvirt, .lock = -1 };

  g_return_val_if_fail (VZ_IS_BUNDLE (self) && path != NULL, FALSE);
  absolute = g_canonicalize_filename (path, NULL);
  export.path = absolute;
  if (!find_kind (&export, error))
    return FALSE;
  lock = vz_bundle_lock_take_at_rest (vz_bundle_get_directory (self), "export", FALSE, error);
  if (lock == NULL || !describe (&export, error) || !look (&export, error) ||
      !make_folder (&export, error) || !write_all (&export, own, cancellable, error))
    return FALSE;
  vz_progress_finish (own);
  return TRUE;
}

typedef struct {
  char *path;
  gboolean libvirt;
  VzProgress *progress;
} Call;

static void
call_free (gpointer data)
{
  Call *self = data;

  g_free (self->path);
  g_clear_object (&self->progress);
  g_free (self);
}

static gpointer
call_export (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  Call *self = data;

  return vz_bundle_export (source, self->path, self->libvirt, self->progress, cancellable, error)
           ? VZ_ASYNC_DONE
           : NULL;
}

/**
 * vz_bundle_export_async:
 * @self: a finished bundle of a Linux guest whose machine is stopped
 * @path: (type filename): the file to create
 * @libvirt: whether to write a description for libvirt too
 * @progress: (nullable): is given a total, in bytes, and advanced
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_bundle_export() without blocking.
 *
 * Since: 0.1
 */
void
vz_bundle_export_async (VzBundle *self, const char *path, gboolean libvirt, VzProgress *progress,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  VzAsync async = { call_export, vz_bundle_export_async, NULL, call_free, NULL };
  Call *call;

  g_return_if_fail (VZ_IS_BUNDLE (self) && path != NULL);
  call = g_new0 (Call, 1);
  call->path = g_strdup (path);
  call->libvirt = libvirt;
  call->progress = progress != NULL ? g_object_ref (progress) : NULL;
  async.data = call;
  vz_async_start (&async, self, cancellable, callback, user_data);
}

/**
 * vz_bundle_export_finish:
 * @self: the bundle
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: as vz_bundle_export()
 *
 * Since: 0.1
 */
gboolean
vz_bundle_export_finish (VzBundle *self, GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, self, vz_bundle_export_async, error) != NULL;
}
