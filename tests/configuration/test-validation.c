/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <plist/plist.h>
#include <unistd.h>

/* One row for each rule: what is broken, and the line that says so. Most break a valid machine by
 * setting one property from a text; the others have a function. '*' in a line stands for anything. */

typedef struct {
  const char *name;
  const char *property; /* to set, or NULL */
  const char *value;    /* '@' stands for the test's directory */
  void (*breaks) (Fixture *fixture);
  const char *line;
} Row;

#define DISK "storage-devices[0].attachment: VzDiskImageStorageDeviceAttachment: "
#define BLOCK "storage-devices[0]: VzVirtioBlockDeviceConfiguration: "
#define PORT "network-devices[0].attachment.published-ports[0]: VzPublishedPort: "
#define SCANOUT \
  "graphics-devices[0].scanouts[0]: VzVirtioGraphicsScanoutConfiguration: "
#define MACHINE "VzVirtualMachineConfiguration: "

static void
set_new (Fixture *fixture, const char *property, gpointer object)
{
  g_object_set (fixture->config, property, object, NULL);
  g_clear_object (&object);
}

static gpointer
first (Fixture *fixture, const char *property)
{
  g_autoptr (GPtrArray) devices = NULL;

  g_object_get (fixture->config, property, &devices, NULL);
  return devices->pdata[0];
}

static void
no_platform (Fixture *fixture)
{
  set_new (fixture, "platform", NULL);
}

static void
no_boot_loader (Fixture *fixture)
{
  set_new (fixture, "boot-loader", NULL);
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
  static const char data[] =
    "<plist version=\"1.0\"><dict><key>DataRepresentationVersion</key><integer>1</integer>"
    "<key>Architecture</key><string>x86_64</string>"
    "<key>MachineType</key><string>pc-q35-99.0</string></dict></plist>";
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (VzGenericHardwareModel) model = NULL;
  plist_t plist = NULL;
  char *binary = NULL;
  uint32_t length = 0;

  plist_from_xml (data, sizeof data - 1, &plist);
  plist_to_bin (plist, &binary, &length);
  bytes = g_bytes_new (binary, length);
  plist_to_bin_free (binary);
  plist_free (plist);
  model = vz_generic_hardware_model_new_from_data (bytes, &error);
  g_assert_no_error (error);
  g_object_set (vz_virtual_machine_configuration_get_platform (fixture->config), "hardware-model",
                model, NULL);
}

static void
mac_os_boot_loader (Fixture *fixture)
{
  set_new (fixture, "boot-loader", vz_mac_os_boot_loader_new ());
}

static void
efi (Fixture *fixture, VzEFIVariableStore *store)
{
  VzEFIBootLoader *boot_loader = vz_efi_boot_loader_new ();

  vz_efi_boot_loader_set_variable_store (boot_loader, store);
  g_clear_object (&store);
  set_new (fixture, "boot-loader", boot_loader);
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

static void
mac_machine (Fixture *fixture)
{
  mac_os_boot_loader (fixture);
  set_new (fixture, "platform", vz_mac_platform_configuration_new ());
}

static void
mac_machine_with_nvme (Fixture *fixture)
{
  VzMacPlatformConfiguration *platform = vz_mac_platform_configuration_new ();
  g_autoptr (VzMacHardwareModel) model = vz_mac_hardware_model_new ("13.0", NULL);
  g_autofree char *path = fixture_file (fixture, "AuxiliaryStorage", 33570816);
  g_autofree char *disk = fixture_file (fixture, "Second.img", 512);
  g_autoptr (VzMacAuxiliaryStorage) storage = vz_mac_auxiliary_storage_new (path);
  g_autoptr (VzStorageDeviceAttachment) image =
    VZ_STORAGE_DEVICE_ATTACHMENT (vz_disk_image_storage_device_attachment_new (disk, TRUE));

  g_assert_nonnull (model);
  g_object_set (platform, "hardware-model", model, "auxiliary-storage", storage, NULL);
  set_new (fixture, "platform", platform);
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
no_disk_attachment (Fixture *fixture)
{
  g_object_set (first (fixture, "storage-devices"), "attachment", NULL, NULL);
}

static void
odd_disk (Fixture *fixture)
{
  g_free (fixture_file (fixture, "Disk.img", 513));
}

static void
empty_disk (Fixture *fixture)
{
  g_free (fixture_file (fixture, "Disk.img", 0));
}

/* These two rules are tried as another user when the test runs as the superuser, who may do
 * everything; that user needs the directory and the disk. */
static void
let_others_in (Fixture *fixture)
{
  g_autofree char *disk = fixture_file (fixture, "Disk.img", -1);

  g_assert_cmpint (g_chmod (fixture->directory, 0777), ==, 0);
  g_assert_cmpint (g_chmod (disk, 0666), ==, 0);
}

static void
protected_disk (Fixture *fixture)
{
  g_autofree char *path = fixture_file (fixture, "Disk.img", -1);

  let_others_in (fixture);
  g_chmod (path, 0444);
}

static void
unreadable_kernel (Fixture *fixture)
{
  g_autofree char *path = fixture_file (fixture, "vmlinuz", -1);

  let_others_in (fixture);
  g_chmod (path, 0);
}

static void
same_disk_twice (Fixture *fixture)
{
  g_autofree char *disk = fixture_file (fixture, "Disk.img", -1);
  g_autofree char *link = fixture_file (fixture, "Link.img", -1);
  g_autoptr (VzStorageDeviceAttachment) image = NULL;

  g_assert_cmpint (symlink (disk, link), ==, 0);
  image = VZ_STORAGE_DEVICE_ATTACHMENT (vz_disk_image_storage_device_attachment_new (link, TRUE));
  fixture_add (fixture->config, "storage-devices",
               vz_usb_mass_storage_device_configuration_new (image));
}

static void
same_identifier_twice (Fixture *fixture)
{
  g_autofree char *disk = fixture_file (fixture, "Second.img", 512);
  g_autoptr (VzStorageDeviceAttachment) image =
    VZ_STORAGE_DEVICE_ATTACHMENT (vz_disk_image_storage_device_attachment_new (disk, TRUE));

  fixture_add (fixture->config, "storage-devices", vz_virtio_block_device_configuration_new (image));
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *property = g_strdup_printf ("storage-devices[%u].block-device-identifier", i);

      g_assert_true (vz_config_set_from_string (VZ_CONFIG (fixture->config), property, "disk", NULL));
    }
}

static void
add_network (Fixture *fixture, const char *mac_address, guint host_port)
{
  VzNetworkDeviceConfiguration *network =
    VZ_NETWORK_DEVICE_CONFIGURATION (vz_virtio_network_device_configuration_new ());
  g_autoptr (VzNetworkDeviceAttachment) nat =
    VZ_NETWORK_DEVICE_ATTACHMENT (vz_nat_network_device_attachment_new ());
  g_autoptr (VzMACAddress) address = vz_mac_address_new_from_string (mac_address);

  fixture_add (nat, "published-ports", vz_published_port_new (host_port, 80));
  g_object_set (network, "mac-address", address, "attachment", nat, NULL);
  fixture_add (fixture->config, "network-devices", network);
}

static void
same_mac_address_twice (Fixture *fixture)
{
  add_network (fixture, "D6:A7:58:8E:78:D4", 0);
}

static void
same_host_port_twice (Fixture *fixture)
{
  add_network (fixture, "d6:a7:58:8e:78:d5", 2222);
}

static void
no_mac_address (Fixture *fixture)
{
  g_object_set (first (fixture, "network-devices"), "mac-address", NULL, NULL);
}

static void
no_network_attachment (Fixture *fixture)
{
  g_object_set (first (fixture, "network-devices"), "attachment", NULL, NULL);
}

static void
two_scanouts (Fixture *fixture)
{
  fixture_add (first (fixture, "graphics-devices"), "scanouts",
               vz_virtio_graphics_scanout_configuration_new (640, 480));
}

static void
two_graphics_devices (Fixture *fixture)
{
  fixture_add (fixture->config, "graphics-devices",
               vz_config_copy (first (fixture, "graphics-devices")));
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
  fixture_add (first (fixture, "graphics-devices"), "displays",
               vz_mac_graphics_display_configuration_new (1920, 1200, 80));
}

static void
ten_keyboards (Fixture *fixture)
{
  for (guint i = 0; i < 9; i++)
    fixture_add (fixture->config, "keyboards", vz_usb_keyboard_configuration_new ());
}

static void
many_entropy_devices (Fixture *fixture)
{
  for (guint i = 0; i < 24; i++)
    fixture_add (fixture->config, "entropy-devices", vz_virtio_entropy_device_configuration_new ());
}

static void
five_uarts (Fixture *fixture)
{
  for (guint i = 0; i < 4; i++)
    fixture_add (fixture->config, "serial-ports", vz_uart_serial_port_configuration_new ());
}

static void
set_serial (Fixture *fixture, gpointer attachment)
{
  g_object_set (first (fixture, "serial-ports"), "attachment", attachment, NULL);
  g_object_unref (attachment);
}

static void
long_socket (Fixture *fixture)
{
  g_autofree char *path = g_strdup_printf ("/tmp/%0103d", 0);

  set_serial (fixture, vz_socket_serial_port_attachment_new (path));
}

static void
console_without_directory (Fixture *fixture)
{
  set_serial (fixture, vz_file_serial_port_attachment_new ("/nonexistent/console.log", TRUE));
}

static void
console_is_directory (Fixture *fixture)
{
  set_serial (fixture, vz_file_serial_port_attachment_new (fixture->directory, TRUE));
}

static void
two_console_sockets (Fixture *fixture)
{
  VzSerialPortConfiguration *port = VZ_SERIAL_PORT_CONFIGURATION (
    vz_virtio_console_device_serial_port_configuration_new ());
  g_autoptr (VzSerialPortAttachment) console =
    VZ_SERIAL_PORT_ATTACHMENT (vz_socket_serial_port_attachment_new (NULL));

  vz_serial_port_configuration_set_attachment (port, console);
  fixture_add (fixture->config, "serial-ports", port);
}

static void
handle_of_wrong_mode (Fixture *fixture)
{
  g_autoptr (VzFileHandle) handle = vz_file_handle_new (g_open ("/dev/null", O_WRONLY | O_CLOEXEC));

  set_serial (fixture, vz_file_handle_serial_port_attachment_new (handle, handle));
}

static VzVirtioConsoleDeviceConfiguration *
add_console (Fixture *fixture)
{
  VzVirtioConsoleDeviceConfiguration *console = vz_virtio_console_device_configuration_new ();

  fixture_add (fixture->config, "console-devices", console);
  return console;
}

static void
add_port (VzVirtioConsoleDeviceConfiguration *console, const char *name, gboolean is_console)
{
  VzVirtioConsolePortConfiguration *port = vz_virtio_console_port_configuration_new ();

  g_object_set (port, "name", name, "is-console", is_console, NULL);
  fixture_add (console, "ports", port);
}

static void
console_without_ports (Fixture *fixture)
{
  add_console (fixture);
}

static void
two_console_ports (Fixture *fixture)
{
  VzVirtioConsoleDeviceConfiguration *console = add_console (fixture);

  add_port (console, NULL, TRUE);
  add_port (console, NULL, TRUE);
}

static void
two_ports_of_one_name (Fixture *fixture)
{
  VzVirtioConsoleDeviceConfiguration *console = add_console (fixture);

  add_port (console, "a", FALSE);
  add_port (console, "a", FALSE);
}

static void
too_small_port_count (Fixture *fixture)
{
  VzVirtioConsoleDeviceConfiguration *console = add_console (fixture);

  add_port (console, "a", FALSE);
  add_port (console, "b", FALSE);
  vz_virtio_console_device_configuration_set_maximum_port_count (console, 1);
}

static void
agent_port (Fixture *fixture)
{
  add_port (add_console (fixture), "org.qemu.guest_agent.0", FALSE);
}

static void
slash_in_port_name (Fixture *fixture)
{
  add_port (add_console (fixture), "a/b", FALSE);
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

static const Row rows[] = {
  { "no-platform", NULL, NULL, no_platform, MACHINE "platform: nothing found, must be set" },
  { "no-hardware-model", NULL, NULL, no_hardware_model,
    "platform: VzGenericPlatformConfiguration: hardware-model: nothing found, must be set" },
  { "unknown-board", NULL, NULL, unknown_board,
    "platform: VzGenericPlatformConfiguration: hardware-model: '*pc-q35-99.0*' found, must be a "
    "board that vz knows" },
  { "no-boot-loader", NULL, NULL, no_boot_loader, MACHINE "boot-loader: nothing found, must be set" },
  { "mac-os-boot-loader", NULL, NULL, mac_os_boot_loader,
    MACHINE "boot-loader: 'VzMacOSBootLoader' found, must be VzEFIBootLoader or VzLinuxBootLoader "
            "on a VzGenericPlatformConfiguration\n"
            "boot-loader: VzMacOSBootLoader: type: 'VzMacOSBootLoader' found, must be * macOS *" },
  { "no-variable-store", NULL, NULL, no_variable_store,
    "boot-loader: VzEFIBootLoader: variable-store: nothing found, must be set" },
  { "missing-variable-store", NULL, NULL, missing_variable_store,
    "boot-loader.variable-store: VzEFIVariableStore: path: '*' found, must be an existing file: *" },
  { "odd-variable-store", NULL, NULL, odd_variable_store,
    "boot-loader.variable-store: VzEFIVariableStore: path: '* bytes' found, must be *" },
  { "mac-machine", NULL, NULL, mac_machine,
    "platform: VzMacPlatformConfiguration: hardware-model: nothing found, must be set\n"
    "platform: VzMacPlatformConfiguration: auxiliary-storage: nothing found, must be set\n"
    "platform: VzMacPlatformConfiguration: type: * macOS guests start only on Apple's hosts, *\n"
    "boot-loader: VzMacOSBootLoader: type: * macOS guests start only on Apple's hosts, *" },
  { "mac-machine-with-nvme", NULL, NULL, mac_machine_with_nvme,
    MACHINE "boot-loader: 'VzLinuxBootLoader' found, must be VzMacOSBootLoader on a "
            "VzMacPlatformConfiguration\n"
            "storage-devices[1]: VzNVMExpressControllerDeviceConfiguration: type: * is only possible "
            "with a VzGenericPlatformConfiguration\n"
            "platform: VzMacPlatformConfiguration: type: * macOS guests start only on *" },
  { "no-cpu", "cpu-count", "0", NULL, MACHINE "cpu-count: '0' found, must be 1 to * on this host" },
  { "many-cpus", "cpu-count", "100000", NULL,
    MACHINE "cpu-count: '100000' found, must be 1 to * on this host" },
  { "little-memory", "memory-size", "127M", NULL,
    MACHINE "memory-size: '127M' found, must be 128M to * on this host" },
  { "much-memory", "memory-size", "1024T", NULL,
    MACHINE "memory-size: '1024T' found, must be 128M to * on this host" },
  { "odd-memory", "memory-size", "1073741825", NULL,
    MACHINE "memory-size: '1073741825' found, must be a multiple of 1M" },
  { "no-kernel", "boot-loader.kernel-path", "@/missing", NULL,
    "boot-loader: VzLinuxBootLoader: kernel-path: '*/missing' found, must be an existing file: *" },
  { "kernel-is-directory", "boot-loader.kernel-path", "@", NULL,
    "boot-loader: VzLinuxBootLoader: kernel-path: '*' found, must be a regular file" },
  { "empty-kernel-path", "boot-loader.kernel-path", "", NULL,
    "boot-loader: VzLinuxBootLoader: kernel-path: '' found, must not be empty" },
  { "relative-kernel-path", "boot-loader.kernel-path", "vmlinuz", NULL,
    "boot-loader: VzLinuxBootLoader: kernel-path: 'vmlinuz' found, must be an absolute path" },
  { "unreadable-kernel", NULL, NULL, unreadable_kernel,
    "boot-loader: VzLinuxBootLoader: kernel-path: '*/vmlinuz' found, must be readable: *" },
  { "no-initrd", "boot-loader.initial-ramdisk-path", "@/missing", NULL,
    "boot-loader: VzLinuxBootLoader: initial-ramdisk-path: '*/missing' found, must be an existing "
    "file: *" },
  { "long-command-line", NULL, NULL, long_command_line,
    "boot-loader: VzLinuxBootLoader: command-line: 'xxx*' found, must be at most 2047 bytes" },
  { "line-break", "boot-loader.command-line", "a\nb", NULL,
    "boot-loader: VzLinuxBootLoader: command-line: 'a\\x0ab' found, must not contain a line break" },
  { "not-utf8", NULL, NULL, not_utf8,
    "boot-loader: VzLinuxBootLoader: command-line: '(bytes that are not UTF-8)' found, must be "
    "UTF-8 text" },
  { "line-break-in-path", "storage-devices[0].attachment.path", "/a\nb", NULL,
    DISK "path: '/a\\x0ab' found, must not contain a line break" },
  { "no-disk-attachment", NULL, NULL, no_disk_attachment, BLOCK "attachment: nothing found, must be set" },
  { "no-disk", "storage-devices[0].attachment.path", "@/missing", NULL,
    DISK "path: '*/missing' found, must be an existing file: No such file or directory" },
  { "disk-is-directory", "storage-devices[0].attachment.path", "@", NULL,
    DISK "path: '*' found, must be a regular file" },
  { "odd-disk", NULL, NULL, odd_disk,
    DISK "path: '*' found, must have a size that is a multiple of 512 bytes and not 0, but has 513" },
  { "empty-disk", NULL, NULL, empty_disk,
    DISK "path: '*' found, must have a size that is a multiple of 512 bytes and not 0, but has 0" },
  { "protected-disk", NULL, NULL, protected_disk, DISK "path: '*' found, must be writable: *" },
  { "long-identifier", "storage-devices[0].block-device-identifier", "123456789012345678901", NULL,
    BLOCK "block-device-identifier: '123456789012345678901' found, must be at most 20 printable "
          "ASCII characters" },
  { "identifier-not-ascii", "storage-devices[0].block-device-identifier", "\xc3\xa9", NULL,
    BLOCK "block-device-identifier: '\xc3\xa9' found, must be at most 20 printable ASCII characters" },
  { "same-disk-twice", NULL, NULL, same_disk_twice,
    "storage-devices[1].attachment: VzDiskImageStorageDeviceAttachment: path: '*/Link.img' found, "
    "must differ from that of storage-devices[0].attachment" },
  { "same-identifier-twice", NULL, NULL, same_identifier_twice,
    "storage-devices[1]: VzVirtioBlockDeviceConfiguration: block-device-identifier: 'disk' found, "
    "must differ from that of storage-devices[0]" },
  { "no-mac-address", NULL, NULL, no_mac_address,
    "network-devices[0]: VzVirtioNetworkDeviceConfiguration: mac-address: nothing found, must be set" },
  { "multicast-mac-address", "network-devices[0].mac-address", "01:00:5e:00:00:01", NULL,
    "network-devices[0]: VzVirtioNetworkDeviceConfiguration: mac-address: '01:00:5e:00:00:01' "
    "found, must be a unicast address: *" },
  { "zero-mac-address", "network-devices[0].mac-address", "00:00:00:00:00:00", NULL,
    "network-devices[0]: VzVirtioNetworkDeviceConfiguration: mac-address: '00:00:00:00:00:00' "
    "found, must not be all zeros" },
  { "same-mac-address-twice", NULL, NULL, same_mac_address_twice,
    "network-devices[1]: VzVirtioNetworkDeviceConfiguration: mac-address: 'd6:a7:58:8e:78:d4' "
    "found, must differ from that of network-devices[0]" },
  { "no-network-attachment", NULL, NULL, no_network_attachment,
    "network-devices[0]: VzVirtioNetworkDeviceConfiguration: attachment: nothing found, must be set" },
  { "published-everywhere", "network-devices[0].attachment.published-ports[0].host-address",
    "0.0.0.0", NULL, PORT "host-address: '0.0.0.0' found, must be a loopback address, *" },
  { "published-by-name", "network-devices[0].attachment.published-ports[0].host-address",
    "localhost", NULL, PORT "host-address: 'localhost' found, must be a loopback address, *" },
  { "host-port-too-high", "network-devices[0].attachment.published-ports[0].host-port", "65536",
    NULL, PORT "host-port: '65536' found, must be 0 to 65535" },
  { "no-guest-port", "network-devices[0].attachment.published-ports[0].guest-port", "0", NULL,
    PORT "guest-port: '0' found, must be 1 to 65535" },
  { "same-host-port-twice", NULL, NULL, same_host_port_twice,
    "network-devices[1].attachment.published-ports[0]: VzPublishedPort: host-port: '2222' found, "
    "must differ from that of network-devices[0].attachment.published-ports[0]" },
  { "narrow-scanout", "graphics-devices[0].scanouts[0].width-in-pixels", "319", NULL,
    SCANOUT "width-in-pixels: '319' found, must be 320 to 7680" },
  { "high-scanout", "graphics-devices[0].scanouts[0].height-in-pixels", "4321", NULL,
    SCANOUT "height-in-pixels: '4321' found, must be 200 to 4320" },
  { "two-scanouts", NULL, NULL, two_scanouts,
    "graphics-devices[0]: VzVirtioGraphicsDeviceConfiguration: scanouts: '2' found, must be "
    "exactly 1" },
  { "two-graphics-devices", NULL, NULL, two_graphics_devices,
    MACHINE "graphics-devices: '2' found, must be at most 1 device" },
  { "two-balloons", NULL, NULL, two_balloons,
    MACHINE "memory-balloon-devices: '2' found, must be at most 1 device" },
  { "mac-keyboard", NULL, NULL, mac_keyboard,
    "keyboards[1]: VzMacKeyboardConfiguration: type: * is only possible with a "
    "VzMacPlatformConfiguration" },
  { "mac-trackpad", NULL, NULL, mac_trackpad,
    "pointing-devices[1]: VzMacTrackpadConfiguration: type: * is only possible with a "
    "VzMacPlatformConfiguration" },
  { "mac-graphics", NULL, NULL, mac_graphics,
    "graphics-devices[0]: VzMacGraphicsDeviceConfiguration: type: * is only possible with a "
    "VzMacPlatformConfiguration" },
  { "two-mac-displays", NULL, NULL, two_mac_displays,
    "graphics-devices[0]: VzMacGraphicsDeviceConfiguration: type: * is only possible with a "
    "VzMacPlatformConfiguration\n"
    "graphics-devices[0]: VzMacGraphicsDeviceConfiguration: displays: '2' found, must be at most 1" },
  { "ten-keyboards", NULL, NULL, ten_keyboards,
    MACHINE "keyboards, pointing-devices, storage-devices: '11' found, must be at most 8 USB "
            "devices in all" },
  { "many-pci-devices", NULL, NULL, many_entropy_devices,
    MACHINE "devices: '29' found, must be at most 24 PCI devices in all" },
  { "five-uarts", NULL, NULL, five_uarts,
    MACHINE "serial-ports: '5' found, must be at most * of VzUARTSerialPortConfiguration on *" },
  { "long-socket", NULL, NULL, long_socket,
    "serial-ports[0].attachment: VzSocketSerialPortAttachment: path: * must be at most 107 bytes, *" },
  { "console-without-directory", NULL, NULL, console_without_directory,
    "serial-ports[0].attachment: VzFileSerialPortAttachment: path: '/nonexistent/console.log' "
    "found, must lie in an existing directory: *" },
  { "console-is-directory", NULL, NULL, console_is_directory,
    "serial-ports[0].attachment: VzFileSerialPortAttachment: path: '*' found, must name a file in "
    "a directory" },
  { "two-console-sockets", NULL, NULL, two_console_sockets,
    "serial-ports[1].attachment: VzSocketSerialPortAttachment: path: nothing found, must differ "
    "from that of serial-ports[0].attachment" },
  { "handle-of-wrong-mode", NULL, NULL, handle_of_wrong_mode,
    "serial-ports[0].attachment: VzFileHandleSerialPortAttachment: file-handle-for-reading: '*' "
    "found, must be open for reading" },
  { "console-without-ports", NULL, NULL, console_without_ports,
    "console-devices[0]: VzVirtioConsoleDeviceConfiguration: ports: '0' found, must be 1 to 30 ports" },
  { "two-console-ports", NULL, NULL, two_console_ports,
    "console-devices[0].ports[1]: VzVirtioConsolePortConfiguration: is-console: 'true' found, "
    "must be true for at most one port of a device" },
  { "two-ports-of-one-name", NULL, NULL, two_ports_of_one_name,
    "console-devices[0].ports[1]: VzVirtioConsolePortConfiguration: name: 'a' found, must differ "
    "from those of the other ports" },
  { "too-small-port-count", NULL, NULL, too_small_port_count,
    "console-devices[0]: VzVirtioConsoleDeviceConfiguration: maximum-port-count: '1' found, must "
    "be 0 or at least the number of ports, 2" },
  { "agent-port", NULL, NULL, agent_port,
    "console-devices[0].ports[0]: VzVirtioConsolePortConfiguration: name: "
    "'org.qemu.guest_agent.0' found, must not be a reserved name" },
  { "slash-in-port-name", NULL, NULL, slash_in_port_name,
    "console-devices[0].ports[0]: VzVirtioConsolePortConfiguration: name: 'a/b' found, must be "
    "1 to 255 bytes without a slash: *" },
  { "bad-enum", NULL, NULL, bad_enum,
    MACHINE "accelerator: '9' found, must be a value of VzAccelerator" },
};

static void
set_property (Fixture *fixture, const Row *row)
{
  g_auto (GStrv) parts = g_strsplit (row->value, "@", -1);
  g_autofree char *value = g_strjoinv (fixture->directory, parts);
  g_autoptr (GError) error = NULL;

  vz_config_set_from_string (VZ_CONFIG (fixture->config), row->property, value, &error);
  g_assert_no_error (error);
}

/* GPatternSpec knows only * and ?. */
static void
assert_lines (const char *message, const char *expected)
{
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1);
  g_auto (GStrv) patterns = g_strsplit (expected, "\n", -1);

  if (g_strv_length (lines) != g_strv_length (patterns))
    g_error ("found:\n%s\nexpected:\n%s", message, expected);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!g_pattern_match_simple (patterns[i], lines[i]))
      g_error ("found:\n%s\nexpected:\n%s", lines[i], patterns[i]);
}

static void
test_rule (Fixture *fixture, gconstpointer data)
{
  const Row *row = data;
  g_autoptr (GError) error = NULL;
  gboolean as_other =
    geteuid () == 0 && (row->breaks == protected_disk || row->breaks == unreadable_kernel);

  g_assert_true (vz_virtual_machine_configuration_validate (fixture->config, &error));
  g_assert_no_error (error);
  if (row->property != NULL)
    set_property (fixture, row);
  if (row->breaks != NULL)
    row->breaks (fixture);
  /* The superuser may read and write whatever the mode says. */
  if (as_other)
    g_assert_cmpint (seteuid (65534), ==, 0);
  g_assert_false (vz_virtual_machine_configuration_validate (fixture->config, &error));
  if (as_other)
    g_assert_cmpint (seteuid (0), ==, 0);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  assert_lines (error->message, row->line);
}

static void
test_all_at_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_object_set (fixture->config, "cpu-count", 0, "memory-size", G_GUINT64_CONSTANT (1), NULL);
  no_platform (fixture);
  odd_disk (fixture);
  two_balloons (fixture);
  g_assert_false (vz_virtual_machine_configuration_validate (fixture->config, &error));
  assert_lines (error->message,
                MACHINE "platform: *\n" MACHINE "cpu-count: *\n" MACHINE "memory-size: *\n" MACHINE
                        "memory-size: *\n" MACHINE "memory-balloon-devices: *\n" DISK "path: *");
  g_assert_false (vz_virtual_machine_configuration_validate (fixture->config, NULL));
}

/* What a guest or a shell may find odd, but what is carried safely. */
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
test_save_restore (Fixture *fixture, gconstpointer data)
{
  g_autofree char *disk = fixture_file (fixture, "Second.img", 512);
  g_autoptr (VzStorageDeviceAttachment) image =
    VZ_STORAGE_DEVICE_ATTACHMENT (vz_disk_image_storage_device_attachment_new (disk, TRUE));
  g_autoptr (GError) error = NULL;

  vz_virtual_machine_configuration_validate_save_restore_support (fixture->config, &error);
  g_assert_no_error (error);
  fixture_add (fixture->config, "storage-devices",
               vz_nvm_express_controller_device_configuration_new (image));
  set_serial (fixture, vz_file_handle_serial_port_attachment_new (NULL, NULL));
  vz_virtual_machine_configuration_validate (fixture->config, &error);
  g_assert_no_error (error);
  g_assert_false (
    vz_virtual_machine_configuration_validate_save_restore_support (fixture->config, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  assert_lines (error->message,
                "storage-devices[1]: VzNVMExpressControllerDeviceConfiguration: type: * NVMe "
                "controller\n"
                "serial-ports[0].attachment: VzFileHandleSerialPortAttachment: type: * must be an "
                "attachment with a path: *");
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
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/validation/rule/%s", rows[i].name);

      g_test_add (path, Fixture, &rows[i], fixture_set_up, test_rule, fixture_tear_down);
    }
  g_test_add ("/validation/all-at-once", Fixture, NULL, fixture_set_up, test_all_at_once,
              fixture_tear_down);
  g_test_add ("/validation/odd-but-valid", Fixture, NULL, fixture_set_up, test_odd_but_valid,
              fixture_tear_down);
  g_test_add ("/validation/save-restore", Fixture, NULL, fixture_set_up, test_save_restore,
              fixture_tear_down);
  g_test_add_func ("/validation/limits", test_limits);
  return g_test_run ();
}
