/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle/vz-bundle-clone.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/vz-bundle-contents.h"
#include "bundle/vz-bundle-lock.h"
#include "bundle/vz-bundle-private.h"
#include "configuration/identity/vz-generic-machine-identifier.h"
#include "configuration/identity/vz-mac-machine-identifier.h"
#include "configuration/network/vz-network-device-configuration.h"
#include "configuration/platform/vz-generic-platform-configuration.h"
#include "configuration/storage/vz-network-block-device-storage-device-attachment.h"
#include "configuration/vz-configuration-rules.h"
#include "foundation/file/vz-destination.h"
#include "foundation/file/vz-file-content.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-host-name.h"

/* How this works
 *
 * The clone is made like any bundle, in a locked directory beside its final path. Where the file
 * system can share blocks (FICLONE), it shares each file of the source, so that 128 GB take a
 * moment; elsewhere it is copied without its holes. Then the clone gets a new identity. Whatever
 * depends on the identity inside the guest is renewed by the guest when it boots and sees a
 * different UUID (see src/guest/provision.sh). */

/* The saved state belongs to the disk as it was and to the machine that it was saved from. */
static gboolean
is_left_out (const char *name)
{
  return g_str_equal (name, VZ_BUNDLE_SAVE_FILE) || vz_bundle_is_passing_file (name);
}

static gboolean
copy_file (const VzBundleFile *file, const char *path, const VzBundleCopy *copy,
           VzProgress *progress, GCancellable *cancellable, GError **error)
{
  int fd VZ_AUTO_CLOSE = open (path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  VZ_ERROR_PREFIX ("'%s'", path);

  if (fd < 0)
    return vz_fail_errno (error, "cannot create it");
  if (!vz_file_content_share (file->fd, fd))
    {
      if (copy != NULL && copy->may_share_only)
        return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                        "the file system cannot share blocks between files");
      return vz_file_content_copy (file->fd, fd, progress, cancellable, error);
    }
  if (progress != NULL)
    vz_progress_add_completed (progress, file->data);
  return TRUE;
}

/* Shared files take no space, which is only known afterwards. So a disk that is too small is
 * noticed before anything is copied, but only after trying to share the largest file. */
static gboolean
can_share (const VzBundleFile *largest, VzBundle *clone)
{
  g_autofree char *path = vz_bundle_dup_file_path (clone, ".probe.tmp");
  int fd VZ_AUTO_CLOSE = open (path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  gboolean shared = fd >= 0 && vz_file_content_share (largest->fd, fd);

  unlink (path);
  return shared;
}

static gboolean
has_room (GPtrArray *files, VzBundle *clone, GError **error)
{
  VzDestination wanted = { 0 };
  VzBundleFile *largest = NULL;

  for (guint i = 0; i < files->len; i++)
    {
      VzBundleFile *file = files->pdata[i];

      wanted.data += file->data;
      wanted.length += file->size;
      wanted.largest = MAX (wanted.largest, file->size);
      if (largest == NULL || file->data > largest->data)
        largest = file;
    }
  return (largest != NULL && can_share (largest, clone)) ||
         vz_destination_check (vz_bundle_get_path (clone), &wanted, error);
}

gboolean
vz_bundle_copy_files (VzBundle *clone, GPtrArray *files, const VzBundleCopy *copy,
                      VzProgress *progress, GCancellable *cancellable, GError **error)
{
  guint64 total = 0;

  for (guint i = 0; i < files->len; i++)
    total += ((VzBundleFile *) files->pdata[i])->data;
  if (progress != NULL)
    vz_progress_set_total (progress, total);
  if (!has_room (files, clone, error))
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    {
      VzBundleFile *file = files->pdata[i];
      g_autofree char *path = vz_bundle_dup_file_path (clone, file->name);

      if (copy != NULL && copy->skips (file->name, copy->user_data))
        continue;
      if (!copy_file (file, path, copy, progress, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
copy_files (VzBundle *source, VzBundle *clone, const VzBundleCopy *copy, VzProgress *progress,
            GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) files = vz_bundle_open_files (source, is_left_out, error);

  return files != NULL && vz_bundle_copy_files (clone, files, copy, progress, cancellable, error);
}

/* The first device whose address was derived from the machine's identifier gets the one derived
 * from the new identifier; every other gets a random one. */
static void
renew_addresses (VzVirtualMachineConfiguration *configuration, VzMachineIdentifier *before,
                 VzMachineIdentifier *now)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_network_devices (configuration);
  g_autoptr (VzMACAddress) usual = vz_machine_identifier_dup_default_mac_address (before);

  for (guint i = 0; i < devices->len; i++)
    {
      VzMACAddress *address = vz_network_device_configuration_get_mac_address (devices->pdata[i]);
      g_autoptr (VzMACAddress) renewed = address != NULL && vz_mac_address_equal (address, usual)
                                           ? vz_machine_identifier_dup_default_mac_address (now)
                                           : vz_mac_address_new_random_locally_administered ();

      if (address != NULL)
        vz_network_device_configuration_set_mac_address (devices->pdata[i], renewed);
    }
}

static void
renew_host_name (VzVirtualMachineConfiguration *configuration, VzBundle *source, VzBundle *clone)
{
  VzPlatformConfiguration *platform = vz_virtual_machine_configuration_get_platform (configuration);
  const char *wanted = vz_bundle_get_clone_host_name (source);
  g_autofree char *name = wanted != NULL ? g_strdup (wanted)
                                         : vz_host_name_derive (vz_bundle_get_path (clone));

  if (VZ_IS_GENERIC_PLATFORM_CONFIGURATION (platform))
    vz_generic_platform_configuration_set_host_name (VZ_GENERIC_PLATFORM_CONFIGURATION (platform),
                                                     name);
}

/* A bundle without a configuration has no addresses yet. */
static gboolean
renew_identity (VzBundle *source, VzBundle *clone, GError **error)
{
  g_autoptr (VzMachineIdentifier) before = vz_bundle_load_machine_identifier (clone, error);
  g_autoptr (VzMachineIdentifier) now = NULL;
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;
  g_autofree char *path = vz_bundle_dup_configuration_path (clone);

  if (before == NULL)
    return FALSE;
  now = VZ_IS_MAC_MACHINE_IDENTIFIER (before)
          ? (VzMachineIdentifier *) vz_mac_machine_identifier_new ()
          : (VzMachineIdentifier *) vz_generic_machine_identifier_new ();
  if (!vz_bundle_set_machine_identifier (clone, now, error))
    return FALSE;
  if (!vz_file_is_there (path))
    return TRUE;
  configuration = vz_bundle_load_configuration (clone, error);
  if (configuration == NULL)
    return FALSE;
  renew_addresses (configuration, before, now);
  renew_host_name (configuration, source, clone);
  return vz_bundle_save_configuration (clone, configuration, error);
}

static gboolean
check_host_name (VzBundle *source, GError **error)
{
  const char *name = vz_bundle_get_clone_host_name (source);
  g_autofree char *wrong = name != NULL ? vz_host_name_judge (name) : NULL;

  return wrong == NULL || vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                                   "host name of the clone: '%s' found, %s", name, wrong);
}

/* Files are locked by their users, but exports are not. */
static gboolean
check_servers (VzBundle *self, GError **error)
{
  g_autoptr (VzVirtualMachineConfiguration)
    configuration = vz_bundle_load_configuration (self, NULL);
  g_autoptr (GPtrArray) all = configuration != NULL
                                ? vz_virtual_machine_configuration_list_storage (configuration)
                                : g_ptr_array_new ();

  for (guint i = 0; i < all->len; i++)
    {
      VzStorageDeviceAttachment *attachment =
        vz_storage_device_configuration_get_attachment (all->pdata[i]);

      if (VZ_IS_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment) &&
          !vz_network_block_device_storage_device_attachment_get_forced_read_only (
            VZ_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment)))
        return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                        "the clone would write to '%s', as the machine itself does: the attachment "
                        "must be read-only ('forced-read-only')",
                        vz_network_block_device_storage_device_attachment_get_url (
                          VZ_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment)));
    }
  return TRUE;
}

gboolean
vz_bundle_clone_with (VzBundle *self, const char *destination, VzBundleCloneFlags flags,
                      const VzBundleCopy *copy, VzProgress *progress, GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (VzBundle) clone = NULL;

  if (!check_host_name (self, error) || !check_servers (self, error))
    return FALSE;
  clone = vz_bundle_create (destination, error);
  if (clone == NULL)
    return FALSE;
  if (progress != NULL)
    vz_progress_set_phase (progress, VZ_PROGRESS_PHASE_COPYING);
  if ((copy == NULL || copy->prepare (clone, copy->user_data, error)) &&
      copy_files (self, clone, copy, progress, cancellable, error) &&
      (copy == NULL || copy->finish (copy->user_data, error)) &&
      ((flags & VZ_BUNDLE_CLONE_SAME_IDENTITY) != 0 || renew_identity (self, clone, error)) &&
      !g_cancellable_set_error_if_cancelled (cancellable, error) && vz_bundle_commit (clone, error))
    {
      if (progress != NULL)
        vz_progress_finish (progress);
      return TRUE;
    }
  vz_bundle_discard (clone, NULL); /* the caller needs to know what stopped us */
  return FALSE;
}

/**
 * vz_bundle_clone:
 * @self: a finished bundle whose machine is stopped
 * @destination: (type filename): where to put the clone; its parent must exist
 * @flags: see #VzBundleCloneFlags
 * @progress: (nullable): is given a total, in bytes, and advanced
 * @cancellable: (nullable): cancels; nothing is left then
 * @error: return location for an error, or %NULL
 *
 * Clones a bundle with everything in it except the saved state. Where the file system can, the two
 * share their blocks until one of them is written to, which takes no time and no space; elsewhere
 * data is copied and holes stay holes. The clone gets a new machine identifier and new MAC
 * addresses unless @flags say otherwise. When it boots for the first time, a guest that vz
 * installed makes new SSH host keys and a new machine-id, and takes a new host name: that of
 * vz_bundle_set_clone_host_name(), or else one derived from the name of @destination. Nothing
 * appears at @destination before the clone is complete and on the disk.
 *
 * To clone a running machine, use vz_virtual_machine_clone_bundle(). Files outside the bundle that
 * the configuration names are not cloned; the clone names the same files. A machine that writes to
 * a disk on an NBD server cannot be cloned: both would write there.
 *
 * Returns: whether the clone was made; otherwise @error is %VZ_ERROR_BUSY (the machine is in use;
 * the message says by which process), %VZ_ERROR_NOT_SUPPORTED (a disk on a server),
 * %VZ_ERROR_EXISTS, %VZ_ERROR_NOT_FOUND, %VZ_ERROR_INVALID_BUNDLE, %VZ_ERROR_INVALID_ARGUMENT (the
 * host name), %VZ_ERROR_OUT_OF_DISK_SPACE, %VZ_ERROR_IO or %G_IO_ERROR_CANCELLED
 */
gboolean
vz_bundle_clone (VzBundle *self, const char *destination, VzBundleCloneFlags flags,
                 VzProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzMachineIdentifier) identifier = NULL;
  g_autoptr (VzBundleLock) lock = NULL;

  g_return_val_if_fail (VZ_IS_BUNDLE (self) && !vz_bundle_is_partial (self) && destination != NULL,
                        FALSE);
  identifier = vz_bundle_load_machine_identifier (self, error);
  if (identifier == NULL)
    return FALSE;
  lock = vz_bundle_lock_take_at_rest (vz_bundle_get_directory (self), "clone", FALSE, error);
  return lock != NULL &&
         vz_bundle_clone_with (self, destination, flags, NULL, progress, cancellable, error);
}

typedef struct {
  char *destination;
  VzBundleCloneFlags flags;
  VzProgress *progress;
} Clone;

static void
clone_free (gpointer data)
{
  Clone *clone = data;

  g_clear_object (&clone->progress);
  g_free (clone->destination);
  g_free (clone);
}

static gpointer
call_clone (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  Clone *clone = data;

  return vz_bundle_clone (source, clone->destination, clone->flags, clone->progress, cancellable,
                          error)
           ? VZ_ASYNC_DONE
           : NULL;
}

/**
 * vz_bundle_clone_async:
 * @self: a finished bundle whose machine is stopped
 * @destination: (type filename): where to put the clone
 * @flags: see #VzBundleCloneFlags
 * @progress: (nullable): is given a total, in bytes, and advanced
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_bundle_clone() without blocking.
 */
void
vz_bundle_clone_async (VzBundle *self, const char *destination, VzBundleCloneFlags flags,
                       VzProgress *progress, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  Clone *clone;
  VzAsync async = { call_clone, vz_bundle_clone_async, NULL, clone_free, NULL };

  g_return_if_fail (VZ_IS_BUNDLE (self) && destination != NULL);
  clone = g_new0 (Clone, 1);
  clone->destination = g_strdup (destination);
  clone->flags = flags;
  clone->progress = progress != NULL ? g_object_ref (progress) : NULL;
  async.data = clone;
  vz_async_start (&async, self, cancellable, callback, user_data);
}

/**
 * vz_bundle_clone_finish:
 * @self: the bundle
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: as vz_bundle_clone()
 */
gboolean
vz_bundle_clone_finish (VzBundle *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (VZ_IS_BUNDLE (self), FALSE);
  return vz_async_finish (result, self, vz_bundle_clone_async, error) != NULL;
}
