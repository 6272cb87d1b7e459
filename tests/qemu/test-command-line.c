/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vz.h"

#include "../configuration/golden.h"
#include "qemu/arguments/vz-arguments.h"

#include <string.h>

/* The command line of a machine that has one of everything, in tests/golden/. */

static int
no_handles (VzSerialPortAttachment *attachment, gpointer user_data, GError **error)
{
  return 9;
}

static int
give_server (VzSharedDirectory *directory, gpointer user_data, GError **error)
{
  return 8;
}

static void
add_storage (VzVirtualMachineConfiguration *configuration)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    plain = vz_disk_image_storage_device_attachment_new ("/bundle, one/Disk=1.img", FALSE);
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    uncached = vz_disk_image_storage_device_attachment_new ("/disks/uncached.img", FALSE);
  g_autoptr (VzDiskImageStorageDeviceAttachment)
    fixed = vz_disk_image_storage_device_attachment_new ("/disks/read-only.img", TRUE);
  VzVirtioBlockDeviceConfiguration *block =
    vz_virtio_block_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (plain));

  g_object_set (uncached, "caching-mode", VZ_DISK_IMAGE_CACHING_MODE_UNCACHED,
                "synchronization-mode", VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_NONE, NULL);
  vz_virtio_block_device_configuration_set_block_device_identifier (block, "root,disk");
  g_ptr_array_add (devices, block);
  g_ptr_array_add (devices, vz_nvm_express_controller_device_configuration_new (
                              VZ_STORAGE_DEVICE_ATTACHMENT (uncached)));
  g_ptr_array_add (
    devices, vz_usb_mass_storage_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (fixed)));
  vz_virtual_machine_configuration_set_storage_devices (configuration, devices);
}

static void
add_network (VzVirtualMachineConfiguration *configuration)
{
  g_autoptr (VzVirtioNetworkDeviceConfiguration)
    network = vz_virtio_network_device_configuration_new ();
  g_autoptr (VzNATNetworkDeviceAttachment) nat = vz_nat_network_device_attachment_new ();
  g_autoptr (VzMACAddress) mac = vz_mac_address_new_from_string ("5e:00:00:00:00:01");
  g_autoptr (GPtrArray) ports = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) networks = g_ptr_array_new ();

  g_ptr_array_add (ports, vz_published_port_new_from_string ("0:22", NULL));
  g_ptr_array_add (ports, vz_published_port_new_from_string ("8053:53/udp", NULL));
  vz_nat_network_device_attachment_set_published_ports (nat, ports);
  g_object_set (network, "attachment", nat, "mac-address", mac, NULL);
  g_ptr_array_add (networks, network);
  vz_virtual_machine_configuration_set_network_devices (configuration, networks);
}

static void
set_list (VzVirtualMachineConfiguration *configuration, const char *property, gpointer first,
          gpointer second)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (list, first);
  if (second != NULL)
    g_ptr_array_add (list, second);
  g_object_set (configuration, property, list, NULL);
}

static void
add_ports (VzVirtualMachineConfiguration *configuration)
{
  VzUARTSerialPortConfiguration *uart = vz_uart_serial_port_configuration_new ();
  VzVirtioConsoleDeviceSerialPortConfiguration *console =
    vz_virtio_console_device_serial_port_configuration_new ();
  g_autoptr (VzSocketSerialPortAttachment) socket = vz_socket_serial_port_attachment_new (NULL);
  g_autoptr (VzFileSerialPortAttachment)
    file = vz_file_serial_port_attachment_new ("/logs/console.txt", TRUE);

  g_object_set (uart, "attachment", socket, NULL);
  g_object_set (console, "attachment", file, NULL);
  set_list (configuration, "serial-ports", uart, console);
}

static VzVirtioFileSystemDeviceConfiguration *
new_share (const char *tag, const char *path, gboolean read_only)
{
  VzVirtioFileSystemDeviceConfiguration *device =
    vz_virtio_file_system_device_configuration_new (tag);
  g_autoptr (VzSharedDirectory) directory = vz_shared_directory_new (path, read_only);
  g_autoptr (VzSingleDirectoryShare) share = vz_single_directory_share_new (directory);

  vz_virtio_file_system_device_configuration_set_share (device, VZ_DIRECTORY_SHARE (share));
  return device;
}

static void
add_named (GPtrArray *directories, const char *name, const char *path, gboolean read_only)
{
  g_autoptr (VzSharedDirectory) directory = vz_shared_directory_new (path, read_only);

  g_ptr_array_add (directories, vz_named_shared_directory_new (name, directory));
}

static VzVirtioFileSystemDeviceConfiguration *
new_shares (const char *tag)
{
  VzVirtioFileSystemDeviceConfiguration *device =
    vz_virtio_file_system_device_configuration_new (tag);
  g_autoptr (VzMultipleDirectoryShare) share = vz_multiple_directory_share_new ();
  g_autoptr (GPtrArray) directories = g_ptr_array_new_with_free_func (g_object_unref);

  add_named (directories, "my files", "/home/me", FALSE);
  add_named (directories, "music", "/srv/music", TRUE);
  vz_multiple_directory_share_set_directories (share, directories);
  vz_virtio_file_system_device_configuration_set_share (device, VZ_DIRECTORY_SHARE (share));
  return device;
}

static VzVirtioConsoleDeviceConfiguration *
new_console (gboolean shares_clipboard)
{
  VzVirtioConsoleDeviceConfiguration *console = vz_virtio_console_device_configuration_new ();
  g_autoptr (VzSpiceAgentPortAttachment) agent = vz_spice_agent_port_attachment_new ();
  g_autoptr (VzVirtioConsolePortConfiguration) named = vz_virtio_console_port_configuration_new ();
  g_autoptr (VzVirtioConsolePortConfiguration) spice = vz_virtio_console_port_configuration_new ();
  VzVirtioConsolePortConfigurationArray *ports =
    vz_virtio_console_device_configuration_get_ports (console);

  g_object_set (agent, "shares-clipboard", shares_clipboard, NULL);
  g_object_set (named, "name", "org.example,0", NULL);
  g_object_set (spice, "name", VZ_SPICE_AGENT_PORT_NAME, "attachment", agent, NULL);
  vz_virtio_console_port_configuration_array_set_port (ports, 0, named);
  vz_virtio_console_port_configuration_array_set_port (ports, 1, spice);
  return console;
}

static VzVirtualMachineConfiguration *
everything (const char *architecture)
{
  VzVirtualMachineConfiguration *configuration = vz_virtual_machine_configuration_new ();
  g_autoptr (VzGenericPlatformConfiguration) platform = vz_generic_platform_configuration_new ();
  g_autoptr (VzGenericHardwareModel) model = vz_generic_hardware_model_new (architecture);
  g_autoptr (VzEFIBootLoader) loader = vz_efi_boot_loader_new ();
  g_autoptr (VzEFIVariableStore) store = vz_efi_variable_store_new ("/bundle/AuxiliaryStorage");

  g_object_set (platform, "hardware-model", model, "host-name", "web-2", NULL);
  g_object_set (loader, "variable-store", store, NULL);
  g_object_set (configuration, "platform", platform, "boot-loader", loader, "cpu-count", 2,
                "memory-size", G_GUINT64_CONSTANT (4) << 30, NULL);
  add_storage (configuration);
  add_network (configuration);
  add_ports (configuration);
  set_list (configuration, "graphics-devices", vz_virtio_graphics_device_configuration_new (),
            NULL);
  set_list (configuration, "keyboards", vz_usb_keyboard_configuration_new (),
            vz_mac_keyboard_configuration_new ());
  set_list (configuration, "pointing-devices",
            vz_usb_screen_coordinate_pointing_device_configuration_new (), NULL);
  set_list (configuration, "entropy-devices", vz_virtio_entropy_device_configuration_new (), NULL);
  set_list (configuration, "memory-balloon-devices",
            vz_virtio_traditional_memory_balloon_device_configuration_new (), NULL);
  /* On one of the boards, the second one has several folders. */
  set_list (configuration, "directory-sharing-devices", new_share ("work", "/home/a, b", FALSE),
            g_str_equal (architecture, "x86_64") ? new_share ("a#b", "/srv", TRUE)
                                                 : new_shares ("all"));
  set_list (configuration, "console-devices", new_console (g_str_equal (architecture, "x86_64")),
            NULL);
  return configuration;
}

/* One option per line; the random identifier replaced. @variant: the end of a golden file's
 * name. */
static char *
render (VzVirtualMachineConfiguration *configuration, VzAccelerator accelerator,
        const char *variant)
{
  const VzKernelBoot boot = { (char *) "/bundle, one/Kernel", (char *) "/bundle, one/Ramdisk",
                              (char *) "auto=true a,b --- console=ttyS0" };
  static const char *const names[] = { "opt/com.coreos/config", "opt/org.flatcar-linux/config",
                                       NULL };
  const VzFirmwareFile file = { names, "/bundle, one/Ignition.json" };
  g_autoptr (GArray) fds = g_array_new (FALSE, FALSE, sizeof (int));
  const int numbers[] = { 20, 21, -1 }; /* the third disk is read-only */
  VzOverlay overlay = { .disks = fds, .variables = 22 };
  VzFirmware firmware = { (char *) "/firmware/CODE", (char *) "raw", (char *) "/firmware/VARS",
                          (char *) "raw" };
  VzGenericPlatformConfiguration *platform = VZ_GENERIC_PLATFORM_CONFIGURATION (
    vz_virtual_machine_configuration_get_platform (configuration));
  VzMachineIdentifier *identifier =
    VZ_MACHINE_IDENTIFIER (vz_generic_platform_configuration_get_machine_identifier (platform));
  g_autofree char *name = vz_machine_identifier_to_string (identifier);
  g_autofree char *uuid = vz_machine_identifier_dup_uuid (identifier);
  VzArguments arguments = {
    .configuration = configuration,
    .binary = "qemu",
    .accelerator = accelerator,
    .firmware = &firmware,
    .runtime_dir = "/run/vz",
    .state_dir = "/state/vz",
    .kernel_boot = g_str_has_suffix (variant, "kernel") ? &boot : NULL,
    .firmware_file = g_str_has_suffix (variant, "ignition") ? &file : NULL,
    .overlay = g_str_has_suffix (variant, "ephemeral") ? &overlay : NULL,
    .has_io_uring = TRUE,
    .has_hubs = g_str_has_suffix (variant, "hubs"),
    .monitor_fd = 5,
    .open_handles = no_handles,
    .open_share = g_str_has_suffix (variant, "virtio-fs") ? give_server : NULL,
  };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = NULL;
  GString *text = g_string_new (NULL);

  firmware.needs_smm = vz_efi_boot_loader_get_secure_boot (
    VZ_EFI_BOOT_LOADER (vz_virtual_machine_configuration_get_boot_loader (configuration)));

  g_array_append_vals (fds, numbers, G_N_ELEMENTS (numbers));
  argv = vz_arguments_build (&arguments, &error);
  g_assert_no_error (error);
  for (gsize i = 0; argv[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i == 0 ? "" : argv[i][0] == '-' ? "\n" : " ", argv[i]);
  g_string_append_c (text, '\n');
  g_string_replace (text, name, "ECID", 0);
  g_string_replace (text, uuid, "UUID", 0);
  return g_string_free (text, FALSE);
}

/* Of the machine with one of everything, with two controllers, one device on its own port. */
static void
add_usb_controllers (VzVirtualMachineConfiguration *configuration)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  VzXHCIControllerConfiguration *first = vz_xhci_controller_configuration_new ();

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *path = g_strdup_printf ("/disks/usb%u.img", i);
      g_autofree char *uuid = g_strdup_printf ("123e4567-e89b-42d3-a456-42661417400%u", i);
      g_autoptr (VzDiskImageStorageDeviceAttachment)
        image = vz_disk_image_storage_device_attachment_new (path, i == 2);
      VzUSBMassStorageDeviceConfiguration *device =
        vz_usb_mass_storage_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (image));

      g_object_set (device, "uuid", uuid, "port", i == 1 ? 15 : 0, NULL);
      g_ptr_array_add (devices, device);
    }
  vz_usb_controller_configuration_set_usb_devices (VZ_USB_CONTROLLER_CONFIGURATION (first),
                                                   devices);
  set_list (configuration, "usb-controllers", first, vz_xhci_controller_configuration_new ());
}

/* Two more disks on servers: an ordinary one, and one with all options. */
static void
add_exports (VzVirtualMachineConfiguration *configuration)
{
  GPtrArray *old = vz_virtual_machine_configuration_get_storage_devices (configuration);
  g_autoptr (GPtrArray) devices = g_ptr_array_copy (old, (GCopyFunc) (void *) g_object_ref, NULL);
  g_autoptr (VzNetworkBlockDeviceStorageDeviceAttachment)
    plain = vz_network_block_device_storage_device_attachment_new (
      "nbds://[::1]:1/a%20disk,b?tls-certificates=/pki&tls-hostname=example.org");
  g_autoptr (VzNetworkBlockDeviceStorageDeviceAttachment)
    full = vz_network_block_device_storage_device_attachment_new_full (
      "nbds+unix:///?socket=/run/nbd.sock", 5, TRUE, VZ_DISK_SYNCHRONIZATION_MODE_NONE);

  g_ptr_array_set_free_func (devices, g_object_unref);
  g_ptr_array_add (devices,
                   vz_virtio_block_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (plain)));
  g_ptr_array_add (devices, vz_nvm_express_controller_device_configuration_new (
                              VZ_STORAGE_DEVICE_ATTACHMENT (full)));
  vz_virtual_machine_configuration_set_storage_devices (configuration, devices);
}

static void
test_golden (gconstpointer data)
{
  const char *name = data;
  const char *architecture = g_str_has_prefix (name, "aarch64") ? "aarch64" : "x86_64";
  g_autoptr (VzVirtualMachineConfiguration) configuration = everything (architecture);
  g_autofree char *found = NULL;
  g_autofree char *file = g_strdup_printf ("command-line-%s.txt", name);

  if (g_str_has_suffix (name, "usb"))
    add_usb_controllers (configuration);
  if (g_str_has_suffix (name, "nbd"))
    add_exports (configuration);
  if (g_str_has_suffix (name, "secure-boot"))
    vz_efi_boot_loader_set_secure_boot (
      VZ_EFI_BOOT_LOADER (vz_virtual_machine_configuration_get_boot_loader (configuration)), TRUE);
  found = render (configuration,
                  strstr (name, "kvm") != NULL ? VZ_ACCELERATOR_KVM : VZ_ACCELERATOR_TCG, name);
  golden_assert (file, found);
}

static void
test_escaping (void)
{
  g_autoptr (VzCommandLine) line = vz_command_line_new ();
  VzOption *option = vz_command_line_add (line, "-device", "thing");
  g_auto (GStrv) argv = NULL;

  vz_option_set (option, "path", "a,b=c,,d");
  vz_option_set (option, "empty", "");
  vz_option_set_bool (option, "on", TRUE);
  vz_command_line_add_plain (line, "-append", "x=1,2 y");
  vz_command_line_add_plain (line, "-switch", NULL);
  argv = vz_command_line_render (line, "qemu", NULL);
  g_assert_cmpstr (argv[2], ==, "thing,path=a,,b=c,,,,d,empty=,on=on");
  g_assert_cmpstr (argv[4], ==, "x=1,2 y");
  g_assert_cmpstr (argv[5], ==, "-switch");
  g_assert_null (argv[6]);
}

static void
test_refusals (void)
{
  static const char *const values[] = { "a\nb", "\r", "tab\t", "bell\a", "\x7f" };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    for (guint plain = 0; plain < 2; plain++)
      {
        g_autoptr (VzCommandLine) line = vz_command_line_new ();
        g_autoptr (GError) error = NULL;

        if (plain)
          vz_command_line_add_plain (line, "-kernel", values[i]);
        else
          vz_option_set (vz_command_line_add (line, "-device", "x"), "path", values[i]);
        g_assert_null (vz_command_line_render (line, "qemu", &error));
        g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
        g_assert_null (strchr (error->message, '\n'));
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  /* Boards of the version used without a QEMU, whatever this host's is. */
  g_setenv ("VZ_QEMU_X86_64", "no-such-qemu", TRUE);
  g_setenv ("VZ_QEMU_AARCH64", "no-such-qemu", TRUE);
  g_test_add_data_func ("/command-line/golden/x86_64-tcg", "x86_64-tcg", test_golden);
  g_test_add_data_func ("/command-line/golden/x86_64-kvm", "x86_64-kvm", test_golden);
  g_test_add_data_func ("/command-line/golden/aarch64-tcg", "aarch64-tcg", test_golden);
  g_test_add_data_func ("/command-line/golden/ephemeral", "x86_64-tcg-ephemeral", test_golden);
  g_test_add_data_func ("/command-line/golden/virtio-fs", "x86_64-tcg-virtio-fs", test_golden);
  g_test_add_data_func ("/command-line/golden/usb", "x86_64-tcg-usb", test_golden);
  g_test_add_data_func ("/command-line/golden/nbd", "x86_64-tcg-nbd", test_golden);
  g_test_add_data_func ("/command-line/golden/secure-boot", "x86_64-tcg-secure-boot", test_golden);
  g_test_add_data_func ("/command-line/golden/hubs", "x86_64-tcg-hubs", test_golden);
  g_test_add_data_func ("/command-line/golden/kernel", "x86_64-tcg-kernel", test_golden);
  g_test_add_data_func ("/command-line/golden/ignition", "x86_64-tcg-ignition", test_golden);
  g_test_add_func ("/command-line/escaping", test_escaping);
  g_test_add_func ("/command-line/refusals", test_refusals);
  return g_test_run ();
}
