/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "validation-rows.h"

#include <glib/gstdio.h>

/* The machine as a whole: board, boot loader, processors, memory, display, input, buses. */

#define DISK "storage-devices[0].attachment: "
#define SCANOUT "graphics-devices[0].scanouts[0]: "

static void
no_platform (Fixture *fixture)
{
  fixture_set_new (fixture, "platform", NULL);
}

static void
no_boot_loader (Fixture *fixture)
{
  fixture_set_new (fixture, "boot-loader", NULL);
}

static void
no_hardware_model (Fixture *fixture)
{
  g_object_set (vz_virtual_machine_configuration_get_platform (fixture->config), "hardware-model",
                NULL, NULL);
}

static void
unknown_board (Fixture *fixture)
{
  g_autoptr (VzGenericHardwareModel) model = fixture_new_model ("pc-q35-1.0");

  g_object_set (vz_virtual_machine_configuration_get_platform (fixture->config), "hardware-model",
                model, NULL);
}

static void
two_socket_devices (Fixture *fixture)
{
  for (guint i = 0; i < 2; i++)
    fixture_add (fixture->config, "socket-devices", vz_virtio_socket_device_configuration_new ());
}

static void
wrong_host_name (Fixture *fixture)
{
  g_object_set (vz_virtual_machine_configuration_get_platform (fixture->config), "host-name",
                "a,b=c", NULL);
}

static void
mac_os_boot_loader (Fixture *fixture)
{
  fixture_set_new (fixture, "boot-loader", vz_mac_os_boot_loader_new ());
}

static void
efi (Fixture *fixture, VzEFIVariableStore *store)
{
  VzEFIBootLoader *boot_loader = vz_efi_boot_loader_new ();

  vz_efi_boot_loader_set_variable_store (boot_loader, store);
  g_clear_object (&store);
  fixture_set_new (fixture, "boot-loader", boot_loader);
}

static void
no_variable_store (Fixture *fixture)
{
  efi (fixture, NULL);
}

static void
missing_variable_store (Fixture *fixture)
{
  g_autofree char *path = fixture_file (fixture, "missing", -1);

  efi (fixture, vz_efi_variable_store_new (path));
}

static void
odd_variable_store (Fixture *fixture)
{
  g_autofree char *path = fixture_file (fixture, "AuxiliaryStorage", 100);

  efi (fixture, vz_efi_variable_store_new (path));
}

/* Firmware for both boards with variable stores of 8192 bytes. */
static void
add_firmware (Fixture *fixture)
{
  g_autofree char *code = fixture_file (fixture, "CODE.fd", 4096);
  g_autofree char *vars = fixture_file (fixture, "VARS.fd", 8192);
  g_autofree char *descriptor = fixture_file (fixture, "50-test.json", -1);
  g_autofree char *text = g_strdup_printf (
    "{ \"interface-types\": [ \"uefi\" ], \"mapping\": { \"device\": \"flash\","
    " \"executable\": { \"filename\": \"%s\", \"format\": \"raw\" },"
    " \"nvram-template\": { \"filename\": \"%s\", \"format\": \"raw\" } },"
    " \"targets\": [ { \"architecture\": \"x86_64\", \"machines\": [ \"pc-q35-*\" ] },"
    " { \"architecture\": \"aarch64\", \"machines\": [ \"virt-*\" ] } ],"
    " \"features\": [], \"tags\": [] }",
    code, vars);

  g_assert_true (g_file_set_contents (descriptor, text, -1, NULL));
}

static void
store_of_other_firmware (Fixture *fixture)
{
  g_autofree char *path = fixture_file (fixture, "AuxiliaryStorage", 4096);

  add_firmware (fixture);
  efi (fixture, vz_efi_variable_store_new (path));
}

static void
mac_machine (Fixture *fixture)
{
  mac_os_boot_loader (fixture);
  fixture_set_new (fixture, "platform", vz_mac_platform_configuration_new ());
}

static void
mac_machine_with_nvme (Fixture *fixture)
{
  VzMacPlatformConfiguration *platform = vz_mac_platform_configuration_new ();
  g_autoptr (VzMacHardwareModel) model = vz_mac_hardware_model_new ("13.0", NULL);
  g_autofree char *path = fixture_file (fixture, "AuxiliaryStorage", 33570816);
  g_autofree char *disk = fixture_file (fixture, "Second.img", 512);
  g_autoptr (VzMacAuxiliaryStorage) storage = vz_mac_auxiliary_storage_new (path);
  g_autoptr (VzStorageDeviceAttachment)
    image = VZ_STORAGE_DEVICE_ATTACHMENT (vz_disk_image_storage_device_attachment_new (disk, TRUE));

  g_assert_nonnull (model);
  g_object_set (platform, "hardware-model", model, "auxiliary-storage", storage, NULL);
  fixture_set_new (fixture, "platform", platform);
  fixture_add (fixture->config, "storage-devices",
               vz_nvm_express_controller_device_configuration_new (image));
}

static void
long_command_line (Fixture *fixture)
{
  g_autofree char *line = g_strnfill (2048, 'x');

  g_object_set (vz_virtual_machine_configuration_get_boot_loader (fixture->config), "command-line",
                line, NULL);
}

static void
unreadable_kernel (Fixture *fixture)
{
  g_autofree char *path = fixture_file (fixture, "vmlinuz", -1);

  fixture_let_others_in (fixture);
  g_chmod (path, 0);
}

static void
two_scanouts (Fixture *fixture)
{
  fixture_add (fixture_first (fixture, "graphics-devices"), "scanouts",
               vz_virtio_graphics_scanout_configuration_new (640, 480));
}

static void
two_graphics_devices (Fixture *fixture)
{
  fixture_add (fixture->config, "graphics-devices",
               vz_config_copy (fixture_first (fixture, "graphics-devices")));
}

static void
two_balloons (Fixture *fixture)
{
  fixture_add (fixture->config, "memory-balloon-devices",
               vz_virtio_traditional_memory_balloon_device_configuration_new ());
}

static void
mac_keyboard (Fixture *fixture)
{
  fixture_add (fixture->config, "keyboards", vz_mac_keyboard_configuration_new ());
}

static void
mac_trackpad (Fixture *fixture)
{
  fixture_add (fixture->config, "pointing-devices", vz_mac_trackpad_configuration_new ());
}

static void
mac_graphics (Fixture *fixture)
{
  VzMacGraphicsDeviceConfiguration *graphics = vz_mac_graphics_device_configuration_new ();

  g_object_set (fixture->config, "graphics-devices", NULL, NULL);
  fixture_add (graphics, "displays", vz_mac_graphics_display_configuration_new (1920, 1200, 80));
  fixture_add (fixture->config, "graphics-devices", graphics);
}

static void
two_mac_displays (Fixture *fixture)
{
  mac_graphics (fixture);
  fixture_add (fixture_first (fixture, "graphics-devices"), "displays",
               vz_mac_graphics_display_configuration_new (1920, 1200, 80));
}

static void
ten_keyboards (Fixture *fixture)
{
  for (guint i = 0; i < 9; i++)
    fixture_add (fixture->config, "keyboards", vz_usb_keyboard_configuration_new ());
}

static void
two_pointers (Fixture *fixture)
{
  fixture_add (fixture->config, "pointing-devices",
               vz_usb_screen_coordinate_pointing_device_configuration_new ());
}

static void
many_entropy_devices (Fixture *fixture)
{
  for (guint i = 0; i < 24; i++)
    fixture_add (fixture->config, "entropy-devices", vz_virtio_entropy_device_configuration_new ());
}

static void
many_devices_without_usb (Fixture *fixture)
{
  g_object_set (fixture->config, "keyboards", NULL, "pointing-devices", NULL, NULL);
  many_entropy_devices (fixture);
}

static void
five_uarts (Fixture *fixture)
{
  for (guint i = 0; i < 4; i++)
    fixture_add (fixture->config, "serial-ports", vz_uart_serial_port_configuration_new ());
}

static void
not_utf8 (Fixture *fixture)
{
  vz_linux_boot_loader_set_command_line (
    VZ_LINUX_BOOT_LOADER (vz_virtual_machine_configuration_get_boot_loader (fixture->config)),
    "\xff");
}

static void
bad_enum (Fixture *fixture)
{
  vz_virtual_machine_configuration_set_accelerator (fixture->config, (VzAccelerator) 9);
}

static const ValidationRow rows[] = {
  { "no-platform", NULL, NULL, no_platform, "platform: nothing found, must be set" },
  { "no-hardware-model", NULL, NULL, no_hardware_model,
    "platform: hardware-model: nothing found, must be set" },
  { "unknown-board", NULL, NULL, unknown_board,
    "platform: hardware-model: '*pc-q35-1.0*' found, must be a "
    "board that vz knows" },
  { "host-name", NULL, NULL, wrong_host_name,
    "platform: host-name: 'a,b=c' found, must have only *" },
  { "no-boot-loader", NULL, NULL, no_boot_loader, "boot-loader: nothing found, must be set" },
  { "mac-os-boot-loader", NULL, NULL, mac_os_boot_loader,
    "boot-loader: 'Mac OS boot loader' found, must be an EFI or a Linux boot loader "
    "on a generic platform\n"
    "boot-loader: type: 'Mac OS boot loader' found, must be * on this host: "
    "no boot ROM is configured; *" },
  { "no-variable-store", NULL, NULL, no_variable_store,
    "boot-loader: variable-store: nothing found, must be set" },
  { "missing-variable-store", NULL, NULL, missing_variable_store,
    "boot-loader.variable-store: path: '*' found, must be an existing file: *" },
  { "odd-variable-store", NULL, NULL, odd_variable_store,
    "boot-loader.variable-store: path: '* bytes' found, must be *" },
  { "store-of-other-firmware", NULL, NULL, store_of_other_firmware,
    "boot-loader.variable-store: path: '*, 4096 bytes' found, must be 8192 "
    "bytes, as this host's firmware for * wants it" },
  { "mac-machine", NULL, NULL, mac_machine,
    "platform: hardware-model: nothing found, must be set\n"
    "platform: auxiliary-storage: nothing found, must be set\n"
    "platform: type: * must be a generic platform on this host: * machine vmapple*\n"
    "boot-loader: type: * on this host: no boot ROM is configured; *" },
  { "mac-machine-with-nvme", NULL, NULL, mac_machine_with_nvme,
    "boot-loader: 'Linux boot loader' found, must be a Mac OS boot loader on a "
    "Mac platform\n"
    "storage-devices[1]: type: * is only possible "
    "with a generic platform\n"
    "platform: type: * machine vmapple*" },
  { "no-cpu", "cpu-count", "0", NULL, "cpu-count: '0' found, must be 1 to * on this host" },
  { "many-cpus", "cpu-count", "100000", NULL,
    "cpu-count: '100000' found, must be 1 to * on this host" },
  { "little-memory", "memory-size", "127M", NULL,
    "memory-size: '127M' found, must be 128M to * on this host" },
  { "much-memory", "memory-size", "1024T", NULL,
    "memory-size: '1024T' found, must be 128M to * on this host" },
  { "odd-memory", "memory-size", "1073741825", NULL,
    "memory-size: '1073741825' found, must be a multiple of 1M" },
  { "no-kernel", "boot-loader.kernel-path", "@/missing", NULL,
    "boot-loader: kernel-path: '*/missing' found, must be an existing file: *" },
  { "kernel-is-directory", "boot-loader.kernel-path", "@", NULL,
    "boot-loader: kernel-path: '*' found, must be a regular file" },
  { "empty-kernel-path", "boot-loader.kernel-path", "", NULL,
    "boot-loader: kernel-path: '' found, must not be empty" },
  { "relative-kernel-path", "boot-loader.kernel-path", "vmlinuz", NULL,
    "boot-loader: kernel-path: 'vmlinuz' found, must be an absolute path" },
  { "unreadable-kernel", NULL, NULL, unreadable_kernel,
    "boot-loader: kernel-path: '*/vmlinuz' found, must be readable: *", TRUE },
  { "no-initrd", "boot-loader.initial-ramdisk-path", "@/missing", NULL,
    "boot-loader: initial-ramdisk-path: '*/missing' found, must be an existing "
    "file: *" },
  { "long-command-line", NULL, NULL, long_command_line,
    "boot-loader: command-line: 'xxx*' found, must be at most 2047 bytes" },
  { "line-break", "boot-loader.command-line", "a\nb", NULL,
    "boot-loader: command-line: 'a\\x0ab' found, must not contain a line break" },
  { "not-utf8", NULL, NULL, not_utf8,
    "boot-loader: command-line: '(bytes that are not UTF-8)' found, must be "
    "UTF-8 text" },
  { "narrow-scanout", "graphics-devices[0].scanouts[0].width-in-pixels", "319", NULL,
    SCANOUT "width-in-pixels: '319' found, must be 320 to 7680" },
  { "high-scanout", "graphics-devices[0].scanouts[0].height-in-pixels", "4321", NULL,
    SCANOUT "height-in-pixels: '4321' found, must be 200 to 4320" },
  { "two-scanouts", NULL, NULL, two_scanouts,
    "graphics-devices[0]: scanouts: '2' found, must be "
    "exactly 1" },
  { "two-graphics-devices", NULL, NULL, two_graphics_devices,
    "graphics-devices: '2' found, must be at most 1 device" },
  { "two-socket-devices", NULL, NULL, two_socket_devices,
    "socket-devices: '2' found, must be at most 1 device" },
  { "two-balloons", NULL, NULL, two_balloons,
    "memory-balloon-devices: '2' found, must be at most 1 device" },
  { "mac-keyboard", NULL, NULL, mac_keyboard,
    "keyboards[1]: type: * is only possible with a "
    "Mac platform" },
  { "mac-trackpad", NULL, NULL, mac_trackpad,
    "pointing-devices[1]: type: * is only possible with a "
    "Mac platform" },
  { "mac-graphics", NULL, NULL, mac_graphics,
    "graphics-devices[0]: type: * is only possible with a "
    "Mac platform" },
  { "two-mac-displays", NULL, NULL, two_mac_displays,
    "graphics-devices[0]: type: * is only possible with a "
    "Mac platform\n"
    "graphics-devices[0]: displays: '2' found, must be at most 1" },
  { "ten-keyboards", NULL, NULL, ten_keyboards,
    "keyboards: '10' found, must be at most 1 USB keyboard\n"
    "keyboards, pointing-devices, storage-devices: '11' found, must be at most 8 USB "
    "devices in all" },
  { "two-pointers", NULL, NULL, two_pointers,
    "pointing-devices: '2' found, must be at most 1 "
    "USB screen coordinate pointing device" },
  { "many-pci-devices", NULL, NULL, many_entropy_devices,
    "devices: '29' found, must be at most 27 PCI devices in all, besides the controller of "
    "the USB devices" },
  { "many-pci-devices-without-usb", NULL, NULL, many_devices_without_usb,
    "devices: '29' found, must be at most 28 PCI devices in all" },
  { "five-uarts", NULL, NULL, five_uarts,
    "serial-ports: '5' found, must be at most * UART serial ports on *" },
  { "bad-enum", NULL, NULL, bad_enum, "accelerator: '9' found, must be one of *tcg*" },
};

static void
test_all_at_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_object_set (fixture->config, "cpu-count", 0, "memory-size", G_GUINT64_CONSTANT (1), NULL);
  no_platform (fixture);
  g_free (fixture_file (fixture, "Disk.img", 513));
  two_balloons (fixture);
  g_assert_false (vz_virtual_machine_configuration_validate (fixture->config, &error));
  validation_assert_lines (error->message, "platform: *\n"
                                           "cpu-count: *\n"
                                           "memory-size: *\n"
                                           "memory-size: *\n"
                                           "memory-balloon-devices: *\n" DISK "path: *");
  g_assert_false (vz_virtual_machine_configuration_validate (fixture->config, NULL));
}

/* What a guest or a shell may find odd, but is passed on safely. */
static void
test_odd_but_valid (Fixture *fixture, gconstpointer data)
{
  g_autofree char *disk = fixture_file (fixture, "a,b=c d\"e'f.img", 512);
  g_autoptr (GError) error = NULL;

  g_assert_true (vz_config_set_from_string (VZ_CONFIG (fixture->config),
                                            "storage-devices[0].attachment.path", disk, NULL));
  g_assert_true (vz_config_set_from_string (VZ_CONFIG (fixture->config),
                                            "storage-devices[0].block-device-identifier",
                                            "a,b=c 78901234567890", NULL));
  vz_virtual_machine_configuration_validate (fixture->config, &error);
  g_assert_no_error (error);
}

static void
test_efi (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = fixture_file (fixture, "AuxiliaryStorage", 8192);
  g_autoptr (GError) error = NULL;

  efi (fixture, vz_efi_variable_store_new (path));
  vz_virtual_machine_configuration_validate (fixture->config, &error);
  g_assert_no_error (error);
  add_firmware (fixture);
  vz_virtual_machine_configuration_validate (fixture->config, &error);
  g_assert_no_error (error);
}

static VzVirtioConsoleDeviceConfiguration *
new_spice_console (void)
{
  VzVirtioConsoleDeviceConfiguration *console = vz_virtio_console_device_configuration_new ();
  VzVirtioConsolePortConfiguration *port = vz_virtio_console_port_configuration_new ();
  g_autoptr (VzSpiceAgentPortAttachment) agent = vz_spice_agent_port_attachment_new ();

  g_object_set (port, "name", VZ_SPICE_AGENT_PORT_NAME, "attachment", agent, NULL);
  fixture_add (vz_virtio_console_device_configuration_get_ports (console), "ports", port);
  return console;
}

static void
test_save_restore (Fixture *fixture, gconstpointer data)
{
  g_autofree char *disk = fixture_file (fixture, "Second.img", 512);
  g_autoptr (VzStorageDeviceAttachment)
    image = VZ_STORAGE_DEVICE_ATTACHMENT (vz_disk_image_storage_device_attachment_new (disk, TRUE));
  g_autoptr (VzSharedDirectory) directory = vz_shared_directory_new (fixture->directory, TRUE);
  g_autoptr (VzSingleDirectoryShare) single = vz_single_directory_share_new (directory);
  VzVirtioFileSystemDeviceConfiguration *share =
    vz_virtio_file_system_device_configuration_new ("work");
  g_autoptr (GError) error = NULL;

  vz_virtual_machine_configuration_validate_save_restore_support (fixture->config, &error);
  g_assert_no_error (error);
  fixture_add (fixture->config, "storage-devices",
               vz_nvm_express_controller_device_configuration_new (image));
  fixture_set_serial (fixture, vz_file_handle_serial_port_attachment_new (NULL, NULL));
  vz_virtio_file_system_device_configuration_set_share (share, VZ_DIRECTORY_SHARE (single));
  fixture_add (fixture->config, "directory-sharing-devices", share);
  fixture_add (fixture->config, "console-devices", new_spice_console ());
  vz_virtual_machine_configuration_validate (fixture->config, &error);
  g_assert_no_error (error);
  g_assert_false (vz_virtual_machine_configuration_validate_save_restore_support (fixture->config,
                                                                                  &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  validation_assert_lines (error->message,
                           "storage-devices[1]: type: * NVMe "
                           "controller\n"
                           "serial-ports[0].attachment: type: * must be an "
                           "attachment with a path: *\n"
                           "console-devices[0].ports[0].attachment: type: * must be absent: *\n"
                           "directory-sharing-devices[0]: tag: 'work' found, must be "
                           "absent: *");
}

static void
test_limits (void)
{
  g_assert_cmpuint (vz_virtual_machine_configuration_get_minimum_allowed_cpu_count (), ==, 1);
  g_assert_cmpuint (vz_virtual_machine_configuration_get_maximum_allowed_cpu_count (), >=, 1);
  g_assert_cmpuint (vz_virtual_machine_configuration_get_maximum_allowed_memory_size (), >,
                    vz_virtual_machine_configuration_get_minimum_allowed_memory_size ());
  g_assert_cmpuint (vz_virtual_machine_configuration_get_maximum_allowed_memory_size () % (1 << 20),
                    ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  validation_add_rows (rows, G_N_ELEMENTS (rows));
  g_test_add ("/validation/all-at-once", Fixture, NULL, fixture_set_up, test_all_at_once,
              fixture_tear_down);
  g_test_add ("/validation/odd-but-valid", Fixture, NULL, fixture_set_up, test_odd_but_valid,
              fixture_tear_down);
  g_test_add ("/validation/efi", Fixture, NULL, fixture_set_up, test_efi, fixture_tear_down);
  g_test_add ("/validation/save-restore", Fixture, NULL, fixture_set_up, test_save_restore,
              fixture_tear_down);
  g_test_add_func ("/validation/limits", test_limits);
  return g_test_run ();
}
