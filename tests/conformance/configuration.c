/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <vz.h>

#include <string.h>
#include <unistd.h>

/* VZVirtualMachineConfiguration and its parts: what was set is read back, and what was not set has
 * the value that Apple documents. */

/* A list property holds its own array: the caller's may be freed. */
static void
set_list (gpointer object, const char *property, gpointer device)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (devices, device);
  g_object_set (object, property, devices, NULL);
}

static void
test_machine (void)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  guint n_specs;
  g_autofree GParamSpec **specs =
    g_object_class_list_properties (G_OBJECT_GET_CLASS (configuration), &n_specs);

  g_assert_null (vz_virtual_machine_configuration_get_boot_loader (configuration));
  g_assert_true (VZ_IS_GENERIC_PLATFORM_CONFIGURATION (
    vz_virtual_machine_configuration_get_platform (configuration)));
  for (guint i = 0; i < n_specs; i++)
    {
      g_autoptr (GPtrArray) devices = NULL;

      if (specs[i]->value_type != G_TYPE_PTR_ARRAY)
        continue;
      g_object_get (configuration, specs[i]->name, &devices, NULL);
      g_assert_nonnull (devices);
      g_assert_cmpuint (devices->len, ==, 0);
    }
  set_list (configuration, "entropy-devices", vz_virtio_entropy_device_configuration_new ());
  set_list (configuration, "pointing-devices",
            vz_usb_screen_coordinate_pointing_device_configuration_new ());
  set_list (configuration, "serial-ports",
            vz_virtio_console_device_serial_port_configuration_new ());
  set_list (configuration, "keyboards", vz_usb_keyboard_configuration_new ());
  g_assert_cmpuint (vz_virtual_machine_configuration_get_entropy_devices (configuration)->len, ==,
                    1);
  g_assert_cmpuint (vz_virtual_machine_configuration_get_pointing_devices (configuration)->len, ==,
                    1);
  g_assert_cmpuint (vz_virtual_machine_configuration_get_serial_ports (configuration)->len, ==, 1);
  g_assert_cmpuint (vz_virtual_machine_configuration_get_keyboards (configuration)->len, ==, 1);
}

/* The machine has a copy: later changes do not affect it. */
static void
test_copy (void)
{
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (VzVirtualMachine) machine = NULL;
  guint n = vz_virtual_machine_configuration_get_cpu_count (configuration);

  machine = vz_virtual_machine_new (configuration);
  vz_virtual_machine_configuration_set_cpu_count (configuration, n + 1);
  g_assert_cmpuint (
    vz_virtual_machine_configuration_get_cpu_count (vz_virtual_machine_get_configuration (machine)),
    ==, n);
}

static void
test_generic_platform (void)
{
  g_autoptr (VzGenericPlatformConfiguration) platform = vz_generic_platform_configuration_new ();
  g_autoptr (VzVirtualMachineConfiguration) configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_generic_platform_configuration_get_nested_virtualization_enabled (platform));
  vz_generic_platform_configuration_set_nested_virtualization_enabled (platform, TRUE);
  g_assert_true (vz_generic_platform_configuration_get_nested_virtualization_enabled (platform));
  vz_virtual_machine_configuration_set_platform (configuration,
                                                 VZ_PLATFORM_CONFIGURATION (platform));
  vz_virtual_machine_configuration_validate (configuration, &error);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  /* Refused exactly where the caller was told that the host lacks it. */
  g_assert_cmpint (strstr (error->message, "nested-virtualization-enabled") == NULL, ==,
                   vz_generic_platform_configuration_is_nested_virtualization_supported ());
}

static void
test_mac_platform (void)
{
  g_autoptr (VzMacPlatformConfiguration) platform = vz_mac_platform_configuration_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (VzMacHardwareModel) model = vz_mac_hardware_model_new ("15.0", &error);
  g_autoptr (VzMacHardwareModel) again = NULL;
  g_autoptr (VzMacMachineIdentifier) identifier = vz_mac_machine_identifier_new ();
  g_autoptr (VzMacMachineIdentifier) same = NULL;
  g_autoptr (VzMacAuxiliaryStorage) storage = vz_mac_auxiliary_storage_new ("/tmp/none");
  g_autoptr (GBytes) nonsense = g_bytes_new_static ("x", 1);

  g_assert_no_error (error);
  g_assert_null (vz_mac_platform_configuration_get_auxiliary_storage (platform));
  again = vz_mac_hardware_model_new_from_data (
    vz_hardware_model_get_data_representation (VZ_HARDWARE_MODEL (model)), &error);
  g_assert_no_error (error);
  g_assert_true (vz_hardware_model_equal (VZ_HARDWARE_MODEL (model), VZ_HARDWARE_MODEL (again)));
  g_assert_null (vz_mac_hardware_model_new_from_data (nonsense, NULL));
  same = vz_mac_machine_identifier_new_from_data (
    vz_machine_identifier_get_data_representation (VZ_MACHINE_IDENTIFIER (identifier)), &error);
  g_assert_no_error (error);
  g_assert_true (vz_machine_identifier_equal (VZ_MACHINE_IDENTIFIER (identifier),
                                              VZ_MACHINE_IDENTIFIER (same)));
  g_assert_null (vz_mac_machine_identifier_new_from_data (nonsense, NULL));
  vz_mac_platform_configuration_set_hardware_model (platform, model);
  vz_mac_platform_configuration_set_machine_identifier (platform, identifier);
  vz_mac_platform_configuration_set_auxiliary_storage (platform, storage);
  g_assert_true (vz_mac_platform_configuration_get_hardware_model (platform) == model);
  g_assert_true (vz_mac_platform_configuration_get_machine_identifier (platform) == identifier);
  g_assert_true (vz_mac_platform_configuration_get_auxiliary_storage (platform) == storage);
  g_assert_cmpstr (vz_mac_auxiliary_storage_get_path (storage), ==, "/tmp/none");
}

static void
test_generic_identifier (void)
{
  g_autoptr (VzGenericMachineIdentifier) one = vz_generic_machine_identifier_new ();
  g_autoptr (VzGenericMachineIdentifier) other = vz_generic_machine_identifier_new ();
  g_autoptr (VzGenericMachineIdentifier) same = NULL;
  g_autoptr (GBytes) nonsense = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;

  same = vz_generic_machine_identifier_new_from_data (
    vz_machine_identifier_get_data_representation (VZ_MACHINE_IDENTIFIER (one)), &error);
  g_assert_no_error (error);
  g_assert_true (vz_machine_identifier_equal (VZ_MACHINE_IDENTIFIER (one),
                                              VZ_MACHINE_IDENTIFIER (same)));
  g_assert_false (vz_machine_identifier_equal (VZ_MACHINE_IDENTIFIER (one),
                                               VZ_MACHINE_IDENTIFIER (other)));
  g_assert_null (vz_generic_machine_identifier_new_from_data (nonsense, NULL));
}

static void
test_boot (void)
{
  g_autoptr (VzLinuxBootLoader) loader = vz_linux_boot_loader_new ("/boot/vmlinuz");
  g_autoptr (VzEFIVariableStore) store = vz_efi_variable_store_new ("/tmp/none");
  g_autoptr (VzEFIBootLoader) efi = vz_efi_boot_loader_new ();

  g_assert_cmpstr (vz_linux_boot_loader_get_kernel_path (loader), ==, "/boot/vmlinuz");
  g_assert_null (vz_linux_boot_loader_get_initial_ramdisk_path (loader));
  vz_linux_boot_loader_set_command_line (loader, "quiet");
  vz_linux_boot_loader_set_initial_ramdisk_path (loader, "/boot/initrd");
  g_assert_cmpstr (vz_linux_boot_loader_get_command_line (loader), ==, "quiet");
  g_assert_cmpstr (vz_linux_boot_loader_get_initial_ramdisk_path (loader), ==, "/boot/initrd");
  g_assert_null (vz_efi_boot_loader_get_variable_store (efi));
  vz_efi_boot_loader_set_variable_store (efi, store);
  g_assert_false (vz_efi_boot_loader_get_secure_boot (efi)); /* which Apple does not have */
  g_assert_cmpstr (vz_efi_variable_store_get_path (vz_efi_boot_loader_get_variable_store (efi)), ==,
                   "/tmp/none");
}

static void
test_storage (void)
{
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    image = vz_disk_image_storage_device_attachment_new ("/tmp/Disk.img", TRUE);
  g_autoptr (VzUSBMassStorageDeviceConfiguration) stick = NULL;
  g_autoptr (VzUSBMassStorageDeviceConfiguration) other = NULL;
  g_autofree char *uuid = NULL;

  g_assert_cmpstr (vz_disk_image_storage_device_attachment_get_path (image), ==, "/tmp/Disk.img");
  g_assert_true (vz_disk_image_storage_device_attachment_get_read_only (image));
  g_assert_cmpint (vz_disk_image_storage_device_attachment_get_caching_mode (image), ==,
                   VZ_DISK_IMAGE_CACHING_MODE_AUTOMATIC);
  g_assert_cmpint (vz_disk_image_storage_device_attachment_get_synchronization_mode (image), ==,
                   VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_FULL);
  vz_disk_image_storage_device_attachment_set_caching_mode (image,
                                                            VZ_DISK_IMAGE_CACHING_MODE_CACHED);
  vz_disk_image_storage_device_attachment_set_synchronization_mode (
    image, VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_FSYNC);
  g_assert_cmpint (vz_disk_image_storage_device_attachment_get_caching_mode (image), ==,
                   VZ_DISK_IMAGE_CACHING_MODE_CACHED);
  g_assert_cmpint (vz_disk_image_storage_device_attachment_get_synchronization_mode (image), ==,
                   VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_FSYNC);

  stick = vz_usb_mass_storage_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (image));
  other = vz_usb_mass_storage_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (image));
  g_assert_true (vz_storage_device_configuration_get_attachment (VZ_STORAGE_DEVICE_CONFIGURATION (
                   stick)) == VZ_STORAGE_DEVICE_ATTACHMENT (image));
  uuid = g_strdup (vz_usb_mass_storage_device_configuration_get_uuid (other));
  g_assert_cmpstr (vz_usb_mass_storage_device_configuration_get_uuid (stick), !=, uuid);
  vz_usb_device_configuration_set_uuid (VZ_USB_DEVICE_CONFIGURATION (stick), uuid);
  g_assert_cmpstr (vz_usb_device_configuration_get_uuid (VZ_USB_DEVICE_CONFIGURATION (stick)), ==,
                   uuid);
}

static void
test_network (void)
{
  g_autoptr (VzVirtioNetworkDeviceConfiguration)
    device = vz_virtio_network_device_configuration_new ();
  g_autoptr (VzBridgedNetworkInterface) interface = vz_bridged_network_interface_new ("br0");
  g_autoptr (VzBridgedNetworkDeviceAttachment)
    bridged = vz_bridged_network_device_attachment_new (interface);
  g_autoptr (VzVmnetNetworkDeviceAttachment) vmnet = vz_vmnet_network_device_attachment_new ("lab");
  g_autoptr (VzFileHandle) handle = vz_file_handle_new (dup (STDIN_FILENO));
  g_autoptr (VzFileHandleNetworkDeviceAttachment)
    file = vz_file_handle_network_device_attachment_new (handle);
  g_autofree char *name = vz_bridged_network_interface_dup_localized_display_name (interface);

  /* Locally administered, for a single host. */
  g_assert_true (vz_mac_address_is_unicast (
    vz_network_device_configuration_get_mac_address (VZ_NETWORK_DEVICE_CONFIGURATION (device))));
  g_assert_true (vz_mac_address_is_locally_administered (
    vz_network_device_configuration_get_mac_address (VZ_NETWORK_DEVICE_CONFIGURATION (device))));
  g_assert_null (
    vz_network_device_configuration_get_attachment (VZ_NETWORK_DEVICE_CONFIGURATION (device)));
  g_assert_cmpstr (vz_bridged_network_interface_get_identifier (
                     vz_bridged_network_device_attachment_get_interface (bridged)),
                   ==, "br0");
  g_assert_null (name); /* of a nonexistent interface */
  g_assert_cmpstr (vz_vmnet_network_device_attachment_get_network (vmnet), ==, "lab");
  g_assert_true (vz_file_handle_network_device_attachment_get_file_handle (file) == handle);
  g_assert_cmpuint (vz_file_handle_network_device_attachment_get_maximum_transmission_unit (file),
                    ==, 1500);
  vz_file_handle_network_device_attachment_set_maximum_transmission_unit (file, 9000);
  g_assert_cmpuint (vz_file_handle_network_device_attachment_get_maximum_transmission_unit (file),
                    ==, 9000);
}

static void
test_graphics (void)
{
  g_autoptr (VzVirtioGraphicsScanoutConfiguration)
    scanout = vz_virtio_graphics_scanout_configuration_new (1280, 800);
  g_autoptr (VzMacGraphicsDisplayConfiguration)
    display = vz_mac_graphics_display_configuration_new (1920, 1200, 80);
  g_autoptr (VzMacGraphicsDeviceConfiguration) mac = vz_mac_graphics_device_configuration_new ();
  g_autoptr (VzVirtioGraphicsDeviceConfiguration)
    device = vz_virtio_graphics_device_configuration_new ();

  g_assert_cmpuint (vz_virtio_graphics_scanout_configuration_get_width_in_pixels (scanout), ==,
                    1280);
  g_assert_cmpuint (vz_virtio_graphics_scanout_configuration_get_height_in_pixels (scanout), ==,
                    800);
  g_assert_cmpuint (vz_mac_graphics_display_configuration_get_width_in_pixels (display), ==, 1920);
  g_assert_cmpuint (vz_mac_graphics_display_configuration_get_height_in_pixels (display), ==, 1200);
  g_assert_cmpuint (vz_mac_graphics_display_configuration_get_pixels_per_inch (display), ==, 80);
  g_assert_cmpuint (vz_mac_graphics_device_configuration_get_displays (mac)->len, ==, 0);
  g_assert_cmpuint (vz_virtio_graphics_device_configuration_get_scanouts (device)->len, ==, 0);
  set_list (mac, "displays", g_object_ref (display));
  set_list (device, "scanouts", g_object_ref (scanout));
  g_assert_true (vz_mac_graphics_device_configuration_get_displays (mac)->pdata[0] == display);
  g_assert_true (vz_virtio_graphics_device_configuration_get_scanouts (device)->pdata[0] ==
                 scanout);
}

static void
test_sound (void)
{
  g_autoptr (VzVirtioSoundDeviceInputStreamConfiguration)
    input = vz_virtio_sound_device_input_stream_configuration_new ();
  g_autoptr (VzVirtioSoundDeviceOutputStreamConfiguration)
    output = vz_virtio_sound_device_output_stream_configuration_new ();
  g_autoptr (VzHostAudioInputStreamSource) source = vz_host_audio_input_stream_source_new ();
  g_autoptr (VzHostAudioOutputStreamSink) sink = vz_host_audio_output_stream_sink_new ();

  g_assert_null (vz_virtio_sound_device_input_stream_configuration_get_source (input));
  g_assert_null (vz_virtio_sound_device_output_stream_configuration_get_sink (output));
  vz_virtio_sound_device_input_stream_configuration_set_source (
    input, VZ_AUDIO_INPUT_STREAM_SOURCE (source));
  vz_virtio_sound_device_output_stream_configuration_set_sink (output,
                                                               VZ_AUDIO_OUTPUT_STREAM_SINK (sink));
  g_assert_true (vz_virtio_sound_device_input_stream_configuration_get_source (input) ==
                 VZ_AUDIO_INPUT_STREAM_SOURCE (source));
  g_assert_true (vz_virtio_sound_device_output_stream_configuration_get_sink (output) ==
                 VZ_AUDIO_OUTPUT_STREAM_SINK (sink));
}

static void
test_console (void)
{
  g_autoptr (VzFileHandle) handle = vz_file_handle_new (dup (STDIN_FILENO));
  g_autoptr (VzFileHandleSerialPortAttachment)
    handles = vz_file_handle_serial_port_attachment_new (handle, NULL);
  g_autoptr (VzFileSerialPortAttachment)
    file = vz_file_serial_port_attachment_new ("/tmp/log", TRUE);
  g_autoptr (VzSpiceAgentPortAttachment) spice = vz_spice_agent_port_attachment_new ();
  g_autoptr (VzVirtioConsoleDeviceSerialPortConfiguration)
    port = vz_virtio_console_device_serial_port_configuration_new ();

  g_assert_true (vz_file_handle_serial_port_attachment_get_file_handle_for_reading (handles) ==
                 handle);
  g_assert_null (vz_file_handle_serial_port_attachment_get_file_handle_for_writing (handles));
  g_assert_cmpstr (vz_file_serial_port_attachment_get_path (file), ==, "/tmp/log");
  g_assert_true (vz_file_serial_port_attachment_get_append (file));
  g_assert_true (vz_spice_agent_port_attachment_get_shares_clipboard (spice));
  vz_spice_agent_port_attachment_set_shares_clipboard (spice, FALSE);
  g_assert_false (vz_spice_agent_port_attachment_get_shares_clipboard (spice));
  g_assert_null (vz_serial_port_configuration_get_attachment (VZ_SERIAL_PORT_CONFIGURATION (port)));
  vz_serial_port_configuration_set_attachment (VZ_SERIAL_PORT_CONFIGURATION (port),
                                               VZ_SERIAL_PORT_ATTACHMENT (file));
  g_assert_true (vz_serial_port_configuration_get_attachment (
                   VZ_SERIAL_PORT_CONFIGURATION (port)) == VZ_SERIAL_PORT_ATTACHMENT (file));
  g_assert_cmpstr (VZ_SPICE_AGENT_PORT_NAME, ==, "com.redhat.spice.0");
}

static void
test_sharing (void)
{
  g_autoptr (VzSharedDirectory) folder = vz_shared_directory_new ("/srv", TRUE);
  g_autoptr (VzSingleDirectoryShare) single = vz_single_directory_share_new (folder);
  g_autoptr (VzMultipleDirectoryShare) several = vz_multiple_directory_share_new ();
  g_autoptr (VzVirtioFileSystemDeviceConfiguration)
    device = vz_virtio_file_system_device_configuration_new (VZ_MAC_OS_GUEST_AUTOMOUNT_TAG);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (vz_shared_directory_get_path (folder), ==, "/srv");
  g_assert_true (vz_shared_directory_get_read_only (folder));
  g_assert_true (vz_single_directory_share_get_directory (single) == folder);
  g_assert_cmpuint (vz_multiple_directory_share_get_directories (several)->len, ==, 0);
  g_assert_cmpstr (vz_virtio_file_system_device_configuration_get_tag (device), ==,
                   "com.apple.virtio-fs.automount");
  g_assert_true (vz_virtio_file_system_device_configuration_validate_tag (
    VZ_MAC_OS_GUEST_AUTOMOUNT_TAG, &error));
  g_assert_no_error (error);
  g_assert_null (vz_virtio_file_system_device_configuration_get_share (device));
  vz_virtio_file_system_device_configuration_set_share (device, VZ_DIRECTORY_SHARE (several));
  g_assert_true (vz_virtio_file_system_device_configuration_get_share (device) ==
                 VZ_DIRECTORY_SHARE (several));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/configuration/machine", test_machine);
  g_test_add_func ("/configuration/copy", test_copy);
  g_test_add_func ("/configuration/generic-platform", test_generic_platform);
  g_test_add_func ("/configuration/mac-platform", test_mac_platform);
  g_test_add_func ("/configuration/generic-identifier", test_generic_identifier);
  g_test_add_func ("/configuration/boot", test_boot);
  g_test_add_func ("/configuration/storage", test_storage);
  g_test_add_func ("/configuration/network", test_network);
  g_test_add_func ("/configuration/graphics", test_graphics);
  g_test_add_func ("/configuration/sound", test_sound);
  g_test_add_func ("/configuration/console", test_console);
  g_test_add_func ("/configuration/sharing", test_sharing);
  return g_test_run ();
}
