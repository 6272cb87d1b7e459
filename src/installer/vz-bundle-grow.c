/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-bundle-grow.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/vz-bundle-lock.h"
#include "bundle/vz-bundle-private.h"
#include "configuration/platform/vz-mac-platform-configuration.h"
#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "foundation/file/vz-destination.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "installer/vz-partition-table.h"
#include "installer/vz-provision.h"
#include "machine/vz-virtual-machine-private.h"
#include "src/guest/vz-guest-programs.h"

/* How this works
 *
 * The image is sparse, so that growing it takes nothing but a new length. What is on it has to
 * follow: the partition table, whose second copy belongs at the end, the partition, the file
 * system. On a machine that is stopped the table is changed here, and the guest's system lets the
 * file system grow when it boots. On one that runs the disk belongs to the guest, so QEMU makes it
 * longer and the guest does the rest, told by its agent. */

#define SECTOR 512

static gboolean
check_size (const char *path, guint64 now, guint64 size, GError **error)
{
  g_autofree char *have =
    g_format_size_full (now, G_FORMAT_SIZE_IEC_UNITS | G_FORMAT_SIZE_LONG_FORMAT);
  g_autofree char *found =
    g_format_size_full (size, G_FORMAT_SIZE_IEC_UNITS | G_FORMAT_SIZE_LONG_FORMAT);

  if (size == 0 || size % SECTOR != 0 || size > G_MAXINT64)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "disk size: %" G_GUINT64_FORMAT " found, must be a multiple of %d above 0",
                    size, SECTOR);
  return size >= now ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "'%s' has %s, but %s found: a disk can grow but not shrink", path, have, found);
}

static gboolean
get_size (const char *path, guint64 *ret_size, GError **error)
{
  struct stat st;

  if (stat (path, &st) != 0)
    return vz_fail_errno (error, "cannot access '%s'", path);
  *ret_size = (guint64) st.st_size;
  return TRUE;
}

/**
 * vz_bundle_grow_disk_image:
 * @self: a whole bundle whose machine is stopped and has no saved state
 * @size: bytes, a multiple of 512 and no less than the disk has
 * @ret_partition_grown: (out) (optional): whether the last partition is one of Linux' and has grown
 * with the disk; its file system grows when the guest boots, if the guest's system does that
 * @error: return location for an error, or %NULL
 *
 * Makes the disk larger, which takes no room on the host until the guest writes there. Where it has
 * a partition table (GPT), that is made to fit. Doing it again does no harm.
 *
 * Returns: whether it has that size; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT (a wrong size),
 *   code 3 (there is a saved state), %VZ_ERROR_BUSY (the machine is in use), %VZ_ERROR_NOT_FOUND,
 *   %VZ_ERROR_INVALID_DISK_IMAGE when the partition table is damaged, or %VZ_ERROR_IO
 */
gboolean
vz_bundle_grow_disk_image (VzBundle *self, guint64 size, gboolean *ret_partition_grown,
                           GError **error)
{
  g_autoptr (VzBundleLock) lock = NULL;
  g_autofree char *path = NULL;
  int fd VZ_AUTO_CLOSE = -1;
  const VzDestination wanted = { .largest = size };
  gboolean grown = FALSE;
  guint64 now = 0;

  g_return_val_if_fail (VZ_IS_BUNDLE (self) && !vz_bundle_is_partial (self), FALSE);
  lock = vz_bundle_lock_take_at_rest (vz_bundle_get_directory (self), "resize", TRUE, error);
  path = vz_bundle_dup_disk_image_path (self);
  if (lock == NULL || !get_size (path, &now, error) || !check_size (path, now, size, error) ||
      !vz_bundle_check_no_saved_state (self, "its disk", ", or grow the disk while it runs",
                                       error) ||
      !vz_destination_check (path, &wanted, error))
    return FALSE;
  fd = open (path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || ftruncate (fd, (off_t) size) != 0)
    return vz_fail_errno (error, "cannot make '%s' larger", path);
  if (!vz_partition_table_grow (fd, &grown, error))
    return FALSE;
  if (fsync (fd) != 0)
    return vz_fail_errno (error, "cannot write '%s'", path);
  if (ret_partition_grown != NULL)
    *ret_partition_grown = grown;
  return TRUE;
}

/* QEMU's name for the device with the bundle's disk. */
static char *
find_node (VzVirtualMachine *self, const char *path, GError **error)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_storage_devices (
    vz_virtual_machine_get_configuration (self));

  for (guint i = 0; i < devices->len; i++)
    {
      VzDiskImageStorageDeviceAttachment *disk =
        vz_storage_device_configuration_get_disk_image (devices->pdata[i]);

      if (disk != NULL &&
          g_strcmp0 (vz_disk_image_storage_device_attachment_get_path (disk), path) == 0)
        return g_strdup_printf ("disk%u", i);
    }
  return vz_fail_null (error, VZ_ERROR_NOT_FOUND, "the machine does not use '%s'", path);
}

/**
 * vz_virtual_machine_grow_disk_image:
 * @self: a machine that runs or is paused
 * @bundle: its bundle
 * @size: bytes, a multiple of 512 and no less than the disk has
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Makes the disk of a machine that runs larger. The guest sees it at once, and what is on the disk
 * stays as it is; vz_virtual_machine_grow_file_system() has the guest use it.
 *
 * Returns: whether it has that size; otherwise @error is code 3 (state), %VZ_ERROR_INVALID_ARGUMENT
 * (a wrong size), %VZ_ERROR_NOT_FOUND, or %VZ_ERROR_INTERNAL with QEMU's reason
 */
gboolean
vz_virtual_machine_grow_disk_image (VzVirtualMachine *self, VzBundle *bundle, guint64 size,
                                    GCancellable *cancellable, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *node = NULL;
  VzEngine *engine;
  guint64 now;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && VZ_IS_BUNDLE (bundle), FALSE);
  engine = vz_virtual_machine_get_running_engine (self, error);
  if (engine == NULL)
    return FALSE;
  if (vz_engine_is_ephemeral (engine))
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE,
                    "the machine is ephemeral: its disk is kept unchanged");
  if (VZ_IS_MAC_PLATFORM_CONFIGURATION (vz_virtual_machine_configuration_get_platform (
        vz_virtual_machine_get_configuration (self))))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "a Mac's disk can grow only while it is stopped");
  path = vz_bundle_dup_disk_image_path (bundle);
  node = find_node (self, path, error);
  if (node == NULL || !get_size (path, &now, error) || !check_size (path, now, size, error))
    return FALSE;
  return vz_engine_call (engine, "block_resize",
                         vz_json_new ("node-name", vz_json_string (node), "size",
                                      vz_json_int ((gint64) size), NULL),
                         cancellable, NULL, error);
}

/**
 * vz_virtual_machine_grow_file_system:
 * @self: a machine that runs and whose guest's agent answers, see vz_guest_agent_wait()
 * @disk_size: the bytes that the guest's root disk shall have when it sees that it has grown
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Has a Linux guest make its root file system as large as its disk, and the partition that it is
 * on. The partition has to be the last one, the file system ext4, XFS or Btrfs. Doing it again does
 * no harm.
 *
 * Returns: whether it has grown; otherwise @error is code 3 (state), %VZ_ERROR_GUEST_AGENT with
 * what the guest says, or %VZ_ERROR_TIMED_OUT
 */
gboolean
vz_virtual_machine_grow_file_system (VzVirtualMachine *self, guint64 disk_size,
                                     GCancellable *cancellable, GError **error)
{
  g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, disk_size);
  const char *argv[] = { "sh", "-c", VZ_GUEST_GROW_SH, "vz-grow", size, NULL };
  g_autoptr (GBytes) errors = NULL;
  g_autofree char *said = NULL;
  int status = 0;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  if (vz_virtual_machine_get_running_engine (self, error) == NULL ||
      !vz_guest_agent_exec (vz_virtual_machine_get_guest_agent (self), argv, NULL, &status, NULL,
                            &errors, cancellable, error))
    return FALSE;
  if (status == 0)
    return TRUE;
  said = vz_provision_dup_tail (errors);
  return vz_fail (error, VZ_ERROR_GUEST_AGENT,
                  "the disk has grown, but not the guest's file system: %s", said);
}
