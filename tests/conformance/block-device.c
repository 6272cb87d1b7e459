/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <vz.h>

#include "guest-fixture.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

/* VZDiskBlockDeviceStorageDeviceAttachment, VZDiskSynchronizationMode: a block device of the host.
 * Here it is a loop device, which only root can create. */

#define SIZE (4 << 20)

/* A guest whose only disk is a loop device. */
typedef struct {
  Guest *guest;
  char *image;
  char *device;
} Case;

static char *
run (const char *const *argv, gboolean *ret_ok)
{
  char *said = NULL;
  int status = -1;

  *ret_ok = g_spawn_sync (NULL, (char **) argv, NULL,
                          G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &said, NULL,
                          &status, NULL) &&
            status == 0;
  return said != NULL ? g_strstrip (said) : NULL;
}

static void
case_free (Case *self)
{
  const char *argv[] = { "losetup", "-d", self->device, NULL };
  gboolean ok;

  g_clear_pointer (&self->guest, guest_free);
  if (self->device != NULL)
    g_free (run (argv, &ok));
  g_free (self->device);
  g_free (self->image);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Case, case_free)

static void
set_disk (Case *self, VzDiskBlockDeviceStorageDeviceAttachment *attachment)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (
    devices, vz_virtio_block_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (attachment)));
  vz_virtual_machine_configuration_set_storage_devices (self->guest->configuration, devices);
  guest_make_again (self->guest);
}

static void
set_path (Case *self, gboolean read_only)
{
  g_autoptr (VzDiskBlockDeviceStorageDeviceAttachment) attachment =
    vz_disk_block_device_storage_device_attachment_new_for_path (self->device, read_only,
                                                                 VZ_DISK_SYNCHRONIZATION_MODE_FULL);

  set_disk (self, attachment);
}

/* NULL, with the test skipped, if no loop device can be created. */
static Case *
case_new (void)
{
  g_autoptr (Case) self = g_new0 (Case, 1);
  const char *argv[] = { "losetup", "-f", "--show", NULL, NULL };
  gboolean ok;
  int fd;

  self->guest = guest_new ("x86_64");
  if (self->guest == NULL)
    return NULL;
  argv[3] = self->image = g_build_filename (self->guest->root, "device.img", NULL);
  fd = open (self->image, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (ftruncate (fd, SIZE), ==, 0);
  close (fd);
  self->device = run (argv, &ok);
  if (!ok)
    {
      g_clear_pointer (&self->device, g_free);
      g_test_skip ("no loop device can be made: not root, or none in this container");
      return NULL;
    }
  set_path (self, FALSE);
  return g_steal_pointer (&self);
}

static void
start (Case *self)
{
  guest_start (self->guest);
  g_free (guest_expect (self->guest, "READY"));
}

static void
assert_text (Case *self, const char *text)
{
  g_autofree char *found = guest_dup_image_text (self->image);

  g_assert_cmpstr (found, ==, text);
}

/* Apple's code, and below it the more specific one. */
static void
assert_in_use (const GError *error)
{
  g_autoptr (GError) underlying = vz_error_dup_underlying (error);

  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  g_assert_error (underlying, VZ_ERROR, VZ_ERROR_BUSY);
}

static void
assert_start_fails (Case *self, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_virtual_machine_start (self->guest->machine, NULL, &error));
  g_test_message ("%s", error->message);
  assert_in_use (error);
  g_assert_nonnull (strstr (error->message, self->device));
  g_assert_nonnull (strstr (error->message, words));
}

static void
assert_invalid (VzDiskBlockDeviceStorageDeviceAttachment *attachment, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_config_validate (VZ_CONFIG (attachment), &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_values (void)
{
  g_autoptr (VzFileHandle) handle = vz_file_handle_new (open ("/dev/null", O_RDWR | O_CLOEXEC));
  g_autoptr (VzDiskBlockDeviceStorageDeviceAttachment) of_handle =
    vz_disk_block_device_storage_device_attachment_new (handle, TRUE,
                                                        VZ_DISK_SYNCHRONIZATION_MODE_NONE);
  g_autoptr (VzDiskBlockDeviceStorageDeviceAttachment) of_path =
    vz_disk_block_device_storage_device_attachment_new_for_path ("/dev/nowhere", FALSE,
                                                                 VZ_DISK_SYNCHRONIZATION_MODE_FULL);
  g_autofree char *json = vz_config_to_json (VZ_CONFIG (of_path), NULL);
  g_autoptr (VzConfig) read = vz_config_from_json (json, NULL);

  g_assert_true (vz_config_equal (read, VZ_CONFIG (of_path)));
  g_assert_true (vz_disk_block_device_storage_device_attachment_get_file_handle (of_handle) ==
                 handle);
  g_assert_true (vz_disk_block_device_storage_device_attachment_get_read_only (of_handle));
  g_assert_cmpint (
    vz_disk_block_device_storage_device_attachment_get_synchronization_mode (of_handle), ==,
    VZ_DISK_SYNCHRONIZATION_MODE_NONE);
  assert_invalid (of_handle, "must be a block device");
  assert_invalid (of_path, "must be an existing block device");
  vz_disk_block_device_storage_device_attachment_set_path (of_path, "/dev/null");
  assert_invalid (of_path, "must be a block device; a file is for a disk image");
  vz_disk_block_device_storage_device_attachment_set_file_handle (of_path, handle);
  assert_invalid (of_path, "must be absent with a file handle");
  vz_disk_block_device_storage_device_attachment_set_file_handle (of_handle, NULL);
  assert_invalid (of_handle, "must be set, unless there is a path");
}

static void
test_guest_handle (void)
{
  g_autoptr (Case) self = case_new ();
  g_autoptr (VzFileHandle) for_reading = NULL, for_both = NULL;
  g_autoptr (VzDiskBlockDeviceStorageDeviceAttachment) attachment = NULL;

  if (self == NULL)
    return;
  for_reading = vz_file_handle_new (open (self->device, O_RDONLY | O_CLOEXEC));
  for_both = vz_file_handle_new (open (self->device, O_RDWR | O_CLOEXEC));
  attachment =
    vz_disk_block_device_storage_device_attachment_new (for_reading, FALSE,
                                                        VZ_DISK_SYNCHRONIZATION_MODE_FULL);
  assert_invalid (attachment, "must be open for reading and writing");
  vz_disk_block_device_storage_device_attachment_set_file_handle (attachment, for_both);
  set_disk (self, attachment);
  start (self);
  guest_command (self->guest, "use-disk vda by a handle");
  assert_text (self, "by a handle");
}

static void
test_guest_path (void)
{
  g_autoptr (Case) self = case_new ();

  if (self == NULL)
    return;
  start (self);
  guest_command (self->guest, "use-disk vda by its path");
  assert_text (self, "by its path");
  set_path (self, TRUE);
  start (self);
  guest_say (self->guest, "use-disk vda no");
  g_free (guest_expect (self->guest, "error"));
  assert_text (self, "by its path");
}

static void
test_guest_ephemeral (void)
{
  g_autoptr (Case) self = case_new ();

  if (self == NULL)
    return;
  vz_virtual_machine_set_ephemeral (self->guest->machine, TRUE);
  start (self);
  guest_command (self->guest, "use-disk vda forgotten");
  assert_text (self, "");
}

/* A second machine with the same disk. */
static void
assert_belongs_to_machine (Case *self)
{
  g_autoptr (VzConfig) copy = vz_config_copy (VZ_CONFIG (self->guest->configuration));
  VzVirtualMachineConfiguration *configuration = VZ_VIRTUAL_MACHINE_CONFIGURATION (copy);
  g_autoptr (VzGenericMachineIdentifier) identifier = vz_generic_machine_identifier_new ();
  g_autoptr (VzVirtualMachine) other = NULL;
  g_autoptr (GError) error = NULL;

  vz_generic_platform_configuration_set_machine_identifier (
    VZ_GENERIC_PLATFORM_CONFIGURATION (
      vz_virtual_machine_configuration_get_platform (configuration)),
    identifier);
  other = vz_virtual_machine_new (configuration);
  g_assert_false (vz_virtual_machine_start (other, NULL, &error));
  g_test_message ("%s", error->message);
  assert_in_use (error);
  g_assert_nonnull (strstr (error->message, self->device));
  g_assert_nonnull (strstr (error->message, "qemu-system"));
}

static void
test_guest_in_use (void)
{
  g_autoptr (Case) self = case_new ();
  g_autofree char *folder = NULL;
  const char *format[] = { "mkfs.ext4", "-q", NULL, NULL };
  gboolean ok;
  int fd;

  if (self == NULL)
    return;
  start (self);
  assert_belongs_to_machine (self);
  g_assert_cmpint (open (self->device, O_RDONLY | O_EXCL | O_CLOEXEC), ==, -1);
  g_clear_object (&self->guest->machine);
  guest_make_again (self->guest);

  fd = open (self->device, O_RDONLY | O_EXCL | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  assert_start_fails (self, "another program has exclusive use of it");
  close (fd);

  format[2] = self->device;
  g_free (run (format, &ok));
  folder = g_build_filename (self->guest->root, "mounted here", NULL);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  if (!ok || mount (self->device, folder, "ext4", 0, NULL) != 0)
    {
      g_test_skip ("nothing can be mounted here");
      return;
    }
  assert_start_fails (self, folder);
  g_assert_cmpint (umount (folder), ==, 0);
  start (self);
}

static void
test_guest_not_saved (void)
{
  g_autoptr (Case) self = case_new ();
  g_autoptr (GError) error = NULL;

  if (self == NULL)
    return;
  g_assert_false (vz_virtual_machine_configuration_validate_save_restore_support (
    self->guest->configuration, &error));
  g_assert_nonnull (strstr (error->message, "must be absent"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/block-device/values", test_values);
  g_test_add_func ("/block-device/guest/handle", test_guest_handle);
  g_test_add_func ("/block-device/guest/path", test_guest_path);
  g_test_add_func ("/block-device/guest/ephemeral", test_guest_ephemeral);
  g_test_add_func ("/block-device/guest/in-use", test_guest_in_use);
  g_test_add_func ("/block-device/guest/not-saved", test_guest_not_saved);
  return g_test_run ();
}
