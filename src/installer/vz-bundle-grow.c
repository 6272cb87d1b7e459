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
#include "installer/target/vz-partition-table.h"
#include "installer/vz-provision.h"
#include "machine/vz-virtual-machine-private.h"
#include "src/guest/vz-guest-programs.h"

/* How this works
 *
 * The image is sparse, so growing it only means setting a new length. Its contents have to follow:
 * the partition table, whose second copy belongs at the end, the partition, and the file system.
 * For a stopped machine the table is changed here, and the guest's system grows the file system
 * when it boots. For a running machine the disk belongs to the guest, so QEMU extends it and the
 * guest does the rest when told to through its agent. */

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
 * @self: a finished bundle whose machine is stopped and has no saved state
 * @size: the new size in bytes, a multiple of 512 and no smaller than the disk
 * @ret_partition_grown: (out) (optional): whether the last partition is a Linux partition and has
 * grown with the disk; its file system grows when the guest boots, if the guest's system does that
 * @error: return location for an error, or %NULL
 *
 * Grows the disk, which takes no space on the host until the guest writes there. A partition table
 * (GPT) on it is adapted. Repeating the call does no harm.
 *
 * Returns: whether it has the new size; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT (an invalid
 *   size), code 3 (there is a saved state), %VZ_ERROR_BUSY (the machine is in use),
 *   %VZ_ERROR_NOT_FOUND, %VZ_ERROR_INVALID_DISK_IMAGE when the partition table is damaged, or
 *   %VZ_ERROR_IO
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

/* QEMU's node name for the bundle's disk. */
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
 * @size: the new size in bytes, a multiple of 512 and no smaller than the disk
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Grows the disk of a running machine. The guest sees the new size at once, and the contents of the
 * disk stay as they are; vz_virtual_machine_grow_file_system() makes the guest use the new space.
 *
 * Returns: whether it has the new size; otherwise @error is code 3 (state),
 * %VZ_ERROR_INVALID_ARGUMENT (an invalid size), %VZ_ERROR_NOT_FOUND, or %VZ_ERROR_INTERNAL with
 * QEMU's reason
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
 * @disk_size: the size in bytes that the guest's root disk has once the guest sees that it has
 *   grown
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Makes a Linux guest grow its root file system, and the partition that it is on, to the size of
 * its disk. The partition must be the last one, and the file system ext4, XFS or Btrfs. Repeating
 * the call does no harm.
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
