/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-overlay.h"

#include "configuration/boot/vz-efi-boot-loader.h"
#include "configuration/storage/vz-disk-block-device-storage-device-attachment.h"
#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/storage/vz-network-block-device-storage-device-attachment.h"
#include "configuration/vz-configuration-rules.h"
#include "foundation/file/vz-file-content.h"
#include "foundation/file/vz-file.h"
#include "foundation/host/vz-block-device.h"
#include "foundation/host/vz-run.h"
#include "foundation/vz-fail.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* How this works
 *
 * Each disk that the guest may write to becomes the backing file of a qcow2 image, which contains
 * only the clusters that the guest has written. QEMU gets the images as descriptors, so that
 * nothing need be removed, however the machine or we end. They are not in /tmp, which may be in
 * memory. */

#define FOLDER "/var/tmp"
#define LIMIT_MS 60000
#define ROOM_MIN (256 * 1024 * 1024) /* bytes; a guest uses up less before it has booted */

const char *
vz_overlay_get_folder (void)
{
  const char *folder = g_getenv ("TMPDIR");

  return folder != NULL && *folder != '\0' ? folder : FOLDER;
}

void
vz_overlay_free (VzOverlay *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->disks->len; i++)
    vz_file_close (&g_array_index (self->disks, int, i));
  g_array_unref (self->disks);
  vz_file_close (&self->variables);
  g_free (self->folder);
  g_free (self);
}

/* qemu-img opens the file by its descriptor's name, since it has no other. */
static gboolean
format_image (int fd, guint64 size, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, size);
  const char *argv[] = { "qemu-img", "create", "-q", "-f", "qcow2", path, text, NULL };
  g_autofree char *said = NULL;
  g_autoptr (GError) cause = NULL;
  VzRun run = { .argv = argv, .limit_ms = LIMIT_MS, .wants_errors = TRUE, .fds = { fd } };
  int status;

  if (!vz_run (&run, &status, &said, NULL, &cause))
    return vz_fail (error, cause->domain == VZ_ERROR ? (VzError) cause->code : VZ_ERROR_IO,
                    "an ephemeral machine needs qemu-img: %s", cause->message);
  if (g_spawn_check_wait_status (status, &cause))
    return TRUE;
  return vz_fail (error, VZ_ERROR_IO, "qemu-img: %s", *said != '\0' ? said : cause->message);
}

/* The size of an image that the guest writes to; 0: it only reads. */
static gboolean
measure_image (VzDiskImageStorageDeviceAttachment *image, guint64 *ret_size, GError **error)
{
  const char *path = vz_disk_image_storage_device_attachment_get_path (image);
  struct stat st;

  if (vz_disk_image_storage_device_attachment_get_read_only (image))
    return TRUE;
  if (stat (path, &st) != 0)
    return vz_fail_errno (error, "cannot access '%s'", path);
  *ret_size = (guint64) st.st_size;
  return TRUE;
}

static gboolean
measure_block_device (VzDiskBlockDeviceStorageDeviceAttachment *device, guint64 *ret_size,
                      GError **error)
{
  VzFileHandle *handle = vz_disk_block_device_storage_device_attachment_get_file_handle (device);
  const char *path = vz_disk_block_device_storage_device_attachment_get_path (device);
  int opened VZ_AUTO_CLOSE = handle == NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;

  if (vz_disk_block_device_storage_device_attachment_get_read_only (device))
    return TRUE;
  *ret_size = vz_block_device_get_size (handle != NULL ? vz_file_handle_get_fd (handle) : opened);
  return *ret_size > 0 ||
         vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the size of the block device is unknown");
}

static gboolean
check_export (VzNetworkBlockDeviceStorageDeviceAttachment *nbd, GError **error)
{
  return vz_network_block_device_storage_device_attachment_get_forced_read_only (nbd) ||
         vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                  "the guest's changes to '%s' would be kept: the attachment must be read-only "
                  "('forced-read-only')",
                  vz_network_block_device_storage_device_attachment_get_url (nbd));
}

static gboolean
measure (VzStorageDeviceAttachment *attachment, guint64 *ret_size, GError **error)
{
  if (VZ_IS_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (attachment))
    return measure_image (VZ_DISK_IMAGE_STORAGE_DEVICE_ATTACHMENT (attachment), ret_size, error);
  if (VZ_IS_DISK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment))
    return measure_block_device (VZ_DISK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment),
                                 ret_size, error);
  return !VZ_IS_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment) ||
         check_export (VZ_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment), error);
}

static gboolean
add_disk (VzOverlay *self, VzStorageDeviceConfiguration *storage, GError **error)
{
  guint64 size = 0;
  int fd = -1;

  if (!measure (vz_storage_device_configuration_get_attachment (storage), &size, error))
    return FALSE;
  if (size > 0)
    {
      fd = vz_file_open_nameless (self->folder, error);
      if (fd < 0 || !format_image (fd, size, error))
        {
          vz_file_close (&fd);
          return FALSE;
        }
    }
  g_array_append_val (self->disks, fd);
  return TRUE;
}

static gboolean
copy_variables (VzOverlay *self, VzBootLoader *loader, GError **error)
{
  VzEFIVariableStore *store = NULL;
  const char *path;
  int from VZ_AUTO_CLOSE = -1;

  if (VZ_IS_EFI_BOOT_LOADER (loader))
    store = vz_efi_boot_loader_get_variable_store (VZ_EFI_BOOT_LOADER (loader));
  if (store == NULL)
    return TRUE;
  path = vz_efi_variable_store_get_path (store);
  from = open (path, O_RDONLY | O_CLOEXEC);
  if (from < 0)
    return vz_fail_errno (error, "cannot read '%s'", path);
  self->variables = vz_file_open_nameless (self->folder, error);
  return self->variables >= 0 && vz_file_content_copy (from, self->variables, NULL, NULL, error);
}

VzOverlay *
vz_overlay_new (VzVirtualMachineConfiguration *configuration, GError **error)
{
  g_autoptr (VzOverlay) self = g_new0 (VzOverlay, 1);
  g_autoptr (GPtrArray) devices = vz_virtual_machine_configuration_list_storage (configuration);
  VZ_ERROR_PREFIX ("making room for an ephemeral machine's changes");

  self->disks = g_array_new (FALSE, FALSE, sizeof (int));
  self->variables = -1;
  self->folder = g_canonicalize_filename (vz_overlay_get_folder (), NULL);
  if (!vz_file_check_space (self->folder, ROOM_MIN,
                            "for the guest's changes; set TMPDIR to another folder", error))
    return NULL;
  for (guint i = 0; i < devices->len; i++)
    if (!add_disk (self, devices->pdata[i], error))
      return NULL;
  if (!copy_variables (self, vz_virtual_machine_configuration_get_boot_loader (configuration),
                       error))
    return NULL;
  return g_steal_pointer (&self);
}

GArray *
vz_overlay_list_fds (const VzOverlay *self)
{
  GArray *fds = g_array_new (FALSE, FALSE, sizeof (int));

  for (guint i = 0; i < self->disks->len; i++)
    if (g_array_index (self->disks, int, i) >= 0)
      g_array_append_val (fds, g_array_index (self->disks, int, i));
  if (self->variables >= 0)
    g_array_append_val (fds, self->variables);
  return fds;
}
