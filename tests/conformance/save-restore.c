/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <vz.h>

#include <string.h>

/* validateSaveRestoreSupport: which machines can be saved. More than on a Mac: entropy devices,
 * consoles, and a guest's own USB keyboard and pointer are no obstacle. */

static void
add (VzVirtualMachineConfiguration *configuration, const char *property, gpointer device)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (devices, device);
  g_object_set (configuration, property, devices, NULL);
}

static gpointer
new_console (gpointer attachment, const char *name)
{
  VzVirtioConsoleDeviceConfiguration *console = vz_virtio_console_device_configuration_new ();
  g_autoptr (VzVirtioConsolePortConfiguration) port = vz_virtio_console_port_configuration_new ();

  g_object_set (port, "name", name, "attachment", attachment, NULL);
  g_object_unref (attachment);
  vz_virtio_console_port_configuration_array_set_port (
    vz_virtio_console_device_configuration_get_ports (console), 0, port);
  return console;
}

static VzVirtualMachineConfiguration *
new_configuration (void)
{
  VzVirtualMachineConfiguration *configuration = vz_virtual_machine_configuration_new ();

  add (configuration, "entropy-devices", vz_virtio_entropy_device_configuration_new ());
  add (configuration, "memory-balloon-devices",
       vz_virtio_traditional_memory_balloon_device_configuration_new ());
  add (configuration, "keyboards", vz_usb_keyboard_configuration_new ());
  add (configuration, "pointing-devices",
       vz_usb_screen_coordinate_pointing_device_configuration_new ());
  add (configuration, "console-devices",
       new_console (vz_file_serial_port_attachment_new ("/tmp/log", TRUE), "log"));
  return configuration;
}

static void
test_supported (void)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = new_configuration ();
  g_autoptr (GError) error = NULL;

  g_assert_true (vz_virtual_machine_configuration_validate_save_restore_support (configuration,
                                                                                 &error));
  g_assert_no_error (error);
}

/* Each on its own, and the reason says what to use instead, or why not. */
static void
expect_refusal (const char *property, gpointer device, const char *text)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = new_configuration ();
  g_autoptr (GError) error = NULL;

  add (configuration, property, device);
  g_assert_false (vz_virtual_machine_configuration_validate_save_restore_support (configuration,
                                                                                  &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  if (strstr (error->message, text) == NULL || strchr (error->message, '\n') != NULL)
    g_error ("found: %s", error->message);
}

static void
test_agent (void)
{
  expect_refusal ("console-devices",
                  new_console (vz_spice_agent_port_attachment_new (), VZ_SPICE_AGENT_PORT_NAME),
                  "console-devices[0].ports[0].attachment");
}

static void
test_file_handle (void)
{
  VzVirtioConsoleDeviceSerialPortConfiguration *port =
    vz_virtio_console_device_serial_port_configuration_new ();
  g_autoptr (VzFileHandleSerialPortAttachment)
    handles = vz_file_handle_serial_port_attachment_new (NULL, NULL);

  vz_serial_port_configuration_set_attachment (VZ_SERIAL_PORT_CONFIGURATION (port),
                                               VZ_SERIAL_PORT_ATTACHMENT (handles));
  expect_refusal ("serial-ports", port, "serial-ports[0].attachment");
}

static void
test_share (void)
{
  expect_refusal ("directory-sharing-devices",
                  vz_virtio_file_system_device_configuration_new ("work"),
                  "files that the guest has open");
}

static void
test_nvme (void)
{
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    image = vz_disk_image_storage_device_attachment_new ("/tmp/Disk.img", TRUE);

  expect_refusal (
    "storage-devices",
    vz_nvm_express_controller_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (image)),
    "NVMe");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/save-restore/supported", test_supported);
  g_test_add_func ("/save-restore/agent", test_agent);
  g_test_add_func ("/save-restore/file-handle", test_file_handle);
  g_test_add_func ("/save-restore/share", test_share);
  g_test_add_func ("/save-restore/nvme", test_nvme);
  return g_test_run ();
}
