/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <vz.h>

#include <string.h>

/* VZDirectorySharingDevice, VZVirtioFileSystemDevice: what is shared with a guest. */

static VzVirtualMachine *
new_machine (VzDirectoryShare *share)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  VzVirtioFileSystemDeviceConfiguration *device =
    vz_virtio_file_system_device_configuration_new ("work");

  vz_virtio_file_system_device_configuration_set_share (device, share);
  g_ptr_array_add (devices, device);
  vz_virtual_machine_configuration_set_directory_sharing_devices (configuration, devices);
  return vz_virtual_machine_new (configuration);
}

static void
test_device (void)
{
  g_autoptr (VzSharedDirectory) folder = vz_shared_directory_new ("/srv", TRUE);
  g_autoptr (VzSharedDirectory) other = vz_shared_directory_new ("/home", FALSE);
  g_autoptr (VzSingleDirectoryShare) share = vz_single_directory_share_new (folder);
  g_autoptr (VzSingleDirectoryShare) another = vz_single_directory_share_new (other);
  g_autoptr (VzVirtualMachine) machine = new_machine (VZ_DIRECTORY_SHARE (share));
  GPtrArray *devices = vz_virtual_machine_get_directory_sharing_devices (machine);
  VzVirtioFileSystemDevice *device;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (devices->len, ==, 1);
  g_assert_true (VZ_IS_DIRECTORY_SHARING_DEVICE (devices->pdata[0]));
  device = VZ_VIRTIO_FILE_SYSTEM_DEVICE (devices->pdata[0]);
  g_assert_cmpstr (vz_virtio_file_system_device_get_tag (device), ==, "work");
  g_assert_true (vz_config_equal (VZ_CONFIG (vz_virtio_file_system_device_get_share (device)),
                                  VZ_CONFIG (share)));
  /* Refused with the reason, unless nothing would change. */
  g_assert_true (vz_virtio_file_system_device_change_share (device, VZ_DIRECTORY_SHARE (share),
                                                            NULL, &error));
  g_assert_no_error (error);
  g_assert_false (vz_virtio_file_system_device_change_share (device, VZ_DIRECTORY_SHARE (another),
                                                             NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "'work' cannot be changed while the machine runs"));
  g_assert_true (vz_config_equal (VZ_CONFIG (vz_virtio_file_system_device_get_share (device)),
                                  VZ_CONFIG (share)));
}

static void
test_none (void)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (VzVirtualMachine) machine = vz_virtual_machine_new (configuration);

  g_assert_cmpuint (vz_virtual_machine_get_directory_sharing_devices (machine)->len, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/directory-sharing/device", test_device);
  g_test_add_func ("/directory-sharing/none", test_none);
  return g_test_run ();
}
