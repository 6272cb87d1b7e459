/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-disk-block-device-storage-device-attachment.h"

#include "foundation/config/vz-field.h"
#include "vz-enum-types.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/**
 * VzDiskBlockDeviceStorageDeviceAttachment:
 *
 * A block device of the host: a disk, a partition, a logical volume. Apple:
 * `VZDiskBlockDeviceStorageDeviceAttachment`. Handles are not saved; a path is.
 *
 * While the machine runs, the device belongs to it: it can neither be mounted nor used by another
 * machine. If it is in use, as one of the host's file systems or by another program, the machine
 * does not start, with code 2 and %VZ_ERROR_BUSY below it (vz_error_dup_underlying()). A program
 * must not have opened its handle with `O_EXCL`, which counts as such a use. If the handle's file
 * may not be opened again, because a program with more privileges opened it, only mounts, swap and
 * devices on top of it are noticed.
 *
 * A machine with such a disk cannot be saved, since there is no way to tell whether another program
 * has written to it meanwhile. The machine may be ephemeral. The disk's data is not part of the
 * bundle, hence not of any backup, and a clone names the same device.
 *
 * QEMU: `-blockdev` with the drivers `raw` and `host_device` and a descriptor.
 *
 * Since: 0.1
 */
struct _VzDiskBlockDeviceStorageDeviceAttachment {
  VzStorageDeviceAttachment parent_instance;

  VzFileHandle *file_handle;
  char *path;
  gboolean read_only;
  VzDiskSynchronizationMode synchronization_mode;
};

static const VzField fields[] = {
  VZ_VALUE ("file-handle", VzDiskBlockDeviceStorageDeviceAttachment, file_handle,
            "the device, opened for reading or for both; required unless there is a path",
            vz_file_handle_get_type, NULL, .flags = VZ_FIELD_NOT_SAVED),
  VZ_STRING ("path", VzDiskBlockDeviceStorageDeviceAttachment, path,
             "the device's file, such as /dev/disk/by-id/...; it is opened when the machine starts",
             .more = "Not in Apple's framework.", .flags = VZ_FIELD_PATH),
  VZ_BOOL ("read-only", VzDiskBlockDeviceStorageDeviceAttachment, read_only,
           "whether the guest may only read"),
  VZ_ENUM ("synchronization-mode", VzDiskBlockDeviceStorageDeviceAttachment, synchronization_mode,
           "what a flush by the guest does", vz_disk_synchronization_mode_get_type,
           .def = VZ_DISK_SYNCHRONIZATION_MODE_FULL),
};

static void
check_handle (VzDiskBlockDeviceStorageDeviceAttachment *self, VzProblems *problems)
{
  int fd = vz_file_handle_get_fd (self->file_handle);
  int flags = fcntl (fd, F_GETFL);
  g_autofree char *found = g_strdup_printf ("%d", fd);
  struct stat st;

  if (flags < 0 || fstat (fd, &st) != 0)
    vz_problems_add (problems, VZ_CONFIG (self), "file-handle", found, "must be open: %s",
                     g_strerror (errno));
  else if (!S_ISBLK (st.st_mode))
    vz_problems_add (problems, VZ_CONFIG (self), "file-handle", found, "must be a block device");
  else if ((flags & O_ACCMODE) == O_WRONLY || (!self->read_only && (flags & O_ACCMODE) != O_RDWR))
    vz_problems_add (problems, VZ_CONFIG (self), "file-handle", found,
                     self->read_only ? "must be open for reading"
                                     : "must be open for reading and writing");
}

static void
check_path (VzDiskBlockDeviceStorageDeviceAttachment *self, VzProblems *problems)
{
  struct stat st;

  if (stat (self->path, &st) != 0)
    vz_problems_add (problems, VZ_CONFIG (self), "path", self->path,
                     "must be an existing block device: %s", g_strerror (errno));
  else if (!S_ISBLK (st.st_mode))
    vz_problems_add (problems, VZ_CONFIG (self), "path", self->path,
                     "must be a block device; a file is for a disk image");
  else if (access (self->path, self->read_only ? R_OK : R_OK | W_OK) != 0)
    vz_problems_add (problems, VZ_CONFIG (self), "path", self->path,
                     self->read_only ? "must be readable by this user: %s"
                                     : "must be readable and writable by this user: %s",
                     g_strerror (errno));
}

static void
check (VzConfig *config, VzProblems *problems)
{
  VzDiskBlockDeviceStorageDeviceAttachment *self =
    VZ_DISK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (config);

  if (self->file_handle != NULL && self->path != NULL)
    vz_problems_add (problems, config, "path", self->path, "must be absent with a file handle");
  else if (self->file_handle != NULL)
    check_handle (self, problems);
  else if (self->path != NULL && *self->path != '\0')
    check_path (self, problems);
  else
    vz_problems_add (problems, config, "file-handle", NULL, "must be set, unless there is a path");
}

static void
check_save_restore (VzConfig *config, VzProblems *problems)
{
  vz_problems_add (problems, config, "type", vz_problems_kind_of (config),
                   "must be absent: another program could write to it before the machine "
                   "continues, and nothing could tell");
}

VZ_DEFINE_CONFIG (VzDiskBlockDeviceStorageDeviceAttachment,
                  vz_disk_block_device_storage_device_attachment, VZ_TYPE_STORAGE_DEVICE_ATTACHMENT,
                  .check = check, .check_save_restore = check_save_restore)

/**
 * vz_disk_block_device_storage_device_attachment_new:
 * @file_handle: (nullable): the device, opened for reading, and also for writing unless @read_only
 * @read_only: whether the guest may only read
 * @synchronization_mode: what a flush by the guest does
 *
 * Makes an attachment to a device that the program has opened. Validation and the start of the
 * machine check whether it can be used; this function does not. Apple:
 * `init(fileHandle:readOnly:synchronizationMode:)`.
 *
 * Returns: (transfer full): the attachment
 */
VzDiskBlockDeviceStorageDeviceAttachment *
vz_disk_block_device_storage_device_attachment_new (VzFileHandle *file_handle, gboolean read_only,
                                                    VzDiskSynchronizationMode synchronization_mode)
{
  return g_object_new (VZ_TYPE_DISK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT, "file-handle",
                       file_handle, "read-only", read_only, "synchronization-mode",
                       synchronization_mode, NULL);
}

/**
 * vz_disk_block_device_storage_device_attachment_new_for_path:
 * @path: (type filename): the device's file
 * @read_only: whether the guest may only read
 * @synchronization_mode: what a flush by the guest does
 *
 * Makes an attachment to a device that is opened when the machine starts. Not in Apple's framework.
 *
 * Returns: (transfer full): the attachment
 */
VzDiskBlockDeviceStorageDeviceAttachment *
vz_disk_block_device_storage_device_attachment_new_for_path (
  const char *path, gboolean read_only, VzDiskSynchronizationMode synchronization_mode)
{
  return g_object_new (VZ_TYPE_DISK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT, "path", path,
                       "read-only", read_only, "synchronization-mode", synchronization_mode, NULL);
}

VZ_ACCESS_OBJECT (VzFileHandle, VzDiskBlockDeviceStorageDeviceAttachment,
                  vz_disk_block_device_storage_device_attachment, file_handle)
VZ_ACCESS_STRING (VzDiskBlockDeviceStorageDeviceAttachment,
                  vz_disk_block_device_storage_device_attachment, path)
VZ_ACCESS_NUMBER (gboolean, VzDiskBlockDeviceStorageDeviceAttachment,
                  vz_disk_block_device_storage_device_attachment, read_only)
VZ_ACCESS_NUMBER (VzDiskSynchronizationMode, VzDiskBlockDeviceStorageDeviceAttachment,
                  vz_disk_block_device_storage_device_attachment, synchronization_mode)
