/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "validation-rows.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* Devices that carry bytes: disks, networks, serial ports, consoles. */

#define DISK "storage-devices[0].attachment: "
#define BLOCK "storage-devices[0]: "
#define PORT "network-devices[0].attachment.published-ports[0]: "

static void
no_disk_attachment (Fixture *fixture)
{
  g_object_set (fixture_first (fixture, "storage-devices"), "attachment", NULL, NULL);
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

static void
protected_disk (Fixture *fixture)
{
  g_autofree char *path = fixture_file (fixture, "Disk.img", -1);

  fixture_let_others_in (fixture);
  g_chmod (path, 0444);
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
  g_autoptr (VzStorageDeviceAttachment)
    image = VZ_STORAGE_DEVICE_ATTACHMENT (vz_disk_image_storage_device_attachment_new (disk, TRUE));

  fixture_add (fixture->config, "storage-devices",
               vz_virtio_block_device_configuration_new (image));
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *property =
        g_strdup_printf ("storage-devices[%u].block-device-identifier", i);

      g_assert_true (vz_config_set_from_string (VZ_CONFIG (fixture->config), property, "disk",
                                                NULL));
    }
}

static void
add_network (Fixture *fixture, const char *mac_address, guint host_port)
{
  VzNetworkDeviceConfiguration *network =
    VZ_NETWORK_DEVICE_CONFIGURATION (vz_virtio_network_device_configuration_new ());
  g_autoptr (VzNetworkDeviceAttachment)
    nat = VZ_NETWORK_DEVICE_ATTACHMENT (vz_nat_network_device_attachment_new ());
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
  g_object_set (fixture_first (fixture, "network-devices"), "mac-address", NULL, NULL);
}

static void
no_network_attachment (Fixture *fixture)
{
  g_object_set (fixture_first (fixture, "network-devices"), "attachment", NULL, NULL);
}

static void
long_socket (Fixture *fixture)
{
  g_autofree char *path = g_strdup_printf ("/tmp/%0103d", 0);

  fixture_set_serial (fixture, vz_socket_serial_port_attachment_new (path));
}

static void
console_without_directory (Fixture *fixture)
{
  fixture_set_serial (fixture,
                      vz_file_serial_port_attachment_new ("/nonexistent/console.log", TRUE));
}

static void
console_is_directory (Fixture *fixture)
{
  fixture_set_serial (fixture, vz_file_serial_port_attachment_new (fixture->directory, TRUE));
}

static void
two_console_sockets (Fixture *fixture)
{
  VzSerialPortConfiguration *port =
    VZ_SERIAL_PORT_CONFIGURATION (vz_virtio_console_device_serial_port_configuration_new ());
  g_autoptr (VzSerialPortAttachment)
    console = VZ_SERIAL_PORT_ATTACHMENT (vz_socket_serial_port_attachment_new (NULL));

  vz_serial_port_configuration_set_attachment (port, console);
  fixture_add (fixture->config, "serial-ports", port);
}

static void
handle_of_wrong_mode (Fixture *fixture)
{
  g_autoptr (VzFileHandle) handle = vz_file_handle_new (g_open ("/dev/null", O_WRONLY | O_CLOEXEC));

  fixture_set_serial (fixture, vz_file_handle_serial_port_attachment_new (handle, handle));
}

static VzVirtioConsoleDeviceConfiguration *
add_console (Fixture *fixture)
{
  VzVirtioConsoleDeviceConfiguration *console = vz_virtio_console_device_configuration_new ();

  fixture_add (fixture->config, "console-devices", console);
  return console;
}

static void
add_spice_port (VzVirtioConsoleDeviceConfiguration *console, const char *name, gboolean is_console)
{
  VzVirtioConsolePortConfiguration *port = vz_virtio_console_port_configuration_new ();
  g_autoptr (VzSpiceAgentPortAttachment) agent = vz_spice_agent_port_attachment_new ();

  g_object_set (port, "name", name, "is-console", is_console, "attachment", agent, NULL);
  fixture_add (vz_virtio_console_device_configuration_get_ports (console), "ports", port);
}

static void
spice_by_another_name (Fixture *fixture)
{
  add_spice_port (add_console (fixture), "a", FALSE);
}

static void
spice_on_a_console (Fixture *fixture)
{
  add_spice_port (add_console (fixture), VZ_SPICE_AGENT_PORT_NAME, TRUE);
}

static void
spice_on_a_serial_port (Fixture *fixture)
{
  fixture_set_serial (fixture, vz_spice_agent_port_attachment_new ());
}

static void
two_spice_agents (Fixture *fixture)
{
  add_spice_port (add_console (fixture), VZ_SPICE_AGENT_PORT_NAME, FALSE);
  add_spice_port (add_console (fixture), VZ_SPICE_AGENT_PORT_NAME, FALSE);
}

static void
add_port (VzVirtioConsoleDeviceConfiguration *console, const char *name, gboolean is_console)
{
  VzVirtioConsolePortConfiguration *port = vz_virtio_console_port_configuration_new ();

  g_object_set (port, "name", name, "is-console", is_console, NULL);
  fixture_add (vz_virtio_console_device_configuration_get_ports (console), "ports", port);
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
  vz_virtio_console_port_configuration_array_set_maximum_port_count (
    vz_virtio_console_device_configuration_get_ports (console), 1);
}

static void
add_port_at (VzVirtioConsoleDeviceConfiguration *console, guint index, const char *name)
{
  g_autoptr (VzVirtioConsolePortConfiguration) port = vz_virtio_console_port_configuration_new ();

  g_object_set (port, "name", name, NULL);
  vz_virtio_console_port_configuration_array_set_port (
    vz_virtio_console_device_configuration_get_ports (console), index, port);
}

static void
add_port_of (Fixture *fixture, guint maximum_port_count)
{
  VzVirtioConsoleDeviceConfiguration *console = add_console (fixture);

  add_port_at (console, 6, "a");
  vz_virtio_console_port_configuration_array_set_maximum_port_count (
    vz_virtio_console_device_configuration_get_ports (console), maximum_port_count);
}

static void
port_count_in_a_hole (Fixture *fixture)
{
  add_port_of (fixture, 6);
}

static void
port_count_too_high (Fixture *fixture)
{
  add_port_of (fixture, 31);
}

static void
port_number_too_high (Fixture *fixture)
{
  add_port_at (add_console (fixture), 30, "a");
}

static void
two_names_with_a_hole (Fixture *fixture)
{
  VzVirtioConsoleDeviceConfiguration *console = add_console (fixture);

  add_port_at (console, 1, "a");
  add_port_at (console, 3, "a");
}

static void
only_holes (Fixture *fixture)
{
  VzVirtioConsoleDeviceConfiguration *console = add_console (fixture);

  add_port_at (console, 3, "a");
  vz_virtio_console_port_configuration_array_set_port (
    vz_virtio_console_device_configuration_get_ports (console), 3, NULL);
}

static void
agent_port (Fixture *fixture)
{
  add_port (add_console (fixture), "org.qemu.guest_agent.0", FALSE);
}

static void
spice_name_without_agent (Fixture *fixture)
{
  add_port (add_console (fixture), VZ_SPICE_AGENT_PORT_NAME, FALSE);
}

static void
slash_in_port_name (Fixture *fixture)
{
  add_port (add_console (fixture), "a/b", FALSE);
}

#define SPICE_PORT "console-devices[0].ports[0]: "

static void
add_export (Fixture *fixture, const char *url)
{
  g_autoptr (VzNetworkBlockDeviceStorageDeviceAttachment)
    nbd = vz_network_block_device_storage_device_attachment_new (url);

  fixture_add (fixture->config, "storage-devices",
               vz_virtio_block_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (nbd)));
}

static void
wrong_export (Fixture *fixture)
{
  add_export (fixture, "nbd:///disk");
}

static void
no_export (Fixture *fixture)
{
  add_export (fixture, NULL);
}

static void
same_export_twice (Fixture *fixture)
{
  add_export (fixture, "nbd://localhost/disk");
  add_export (fixture, "nbd://localhost/disk");
}

static void
no_authority (Fixture *fixture)
{
  add_export (fixture, "nbds://localhost/?tls-certificates=/nonexistent");
}

static void
usb_export (Fixture *fixture)
{
  g_autoptr (VzNetworkBlockDeviceStorageDeviceAttachment)
    nbd = vz_network_block_device_storage_device_attachment_new ("nbd://localhost/disk");

  fixture_add (fixture->config, "storage-devices",
               vz_usb_mass_storage_device_configuration_new (VZ_STORAGE_DEVICE_ATTACHMENT (nbd)));
}

#define EXPORT "storage-devices[1].attachment: "

static const ValidationRow rows[] = {
  { "line-break-in-path", "storage-devices[0].attachment.path", "/a\nb", NULL,
    DISK "path: '/a\\x0ab' found, must not contain a line break" },
  { "no-disk-attachment", NULL, NULL, no_disk_attachment,
    BLOCK "attachment: nothing found, must be set" },
  { "no-disk", "storage-devices[0].attachment.path", "@/missing", NULL,
    DISK "path: '*/missing' found, must be an existing file: No such file or directory" },
  { "disk-is-directory", "storage-devices[0].attachment.path", "@", NULL,
    DISK "path: '*' found, must be a regular file" },
  { "odd-disk", NULL, NULL, odd_disk,
    DISK
    "path: '*' found, must have a size that is a multiple of 512 bytes and not 0, but has 513" },
  { "empty-disk", NULL, NULL, empty_disk,
    DISK "path: '*' found, must have a size that is a multiple of 512 bytes and not 0, but has 0" },
  { "protected-disk", NULL, NULL, protected_disk, DISK "path: '*' found, must be writable: *",
    TRUE },
  { "long-identifier", "storage-devices[0].block-device-identifier", "123456789012345678901", NULL,
    BLOCK "block-device-identifier: '123456789012345678901' found, must be at most 20 printable "
          "ASCII characters" },
  { "identifier-not-ascii", "storage-devices[0].block-device-identifier", "\xc3\xa9", NULL,
    BLOCK
    "block-device-identifier: '\xc3\xa9' found, must be at most 20 printable ASCII characters" },
  { "same-disk-twice", NULL, NULL, same_disk_twice,
    "storage-devices[1].attachment: path: '*/Link.img' found, "
    "must differ from that of storage-devices[0].attachment" },
  { "same-identifier-twice", NULL, NULL, same_identifier_twice,
    "storage-devices[1]: block-device-identifier: 'disk' found, "
    "must differ from that of storage-devices[0]" },
  { "wrong-export", NULL, NULL, wrong_export,
    EXPORT "url: 'nbd:///disk' found, must be such as nbd://HOST*: it has no host" },
  { "no-export", NULL, NULL, no_export, EXPORT "url: nothing found, must not be empty" },
  { "same-export-twice", NULL, NULL, same_export_twice,
    "storage-devices[2].attachment: url: 'nbd://localhost/disk' found, must differ from that of "
    "storage-devices[1].attachment" },
  { "no-authority", NULL, NULL, no_authority,
    EXPORT "url: '/nonexistent/ca-cert.pem' found, must be an existing file: *" },
  { "usb-export", NULL, NULL, usb_export,
    "storage-devices[1]: attachment: 'network block device storage device attachment' found, must "
    "be a disk image: *" },
  { "no-mac-address", NULL, NULL, no_mac_address,
    "network-devices[0]: mac-address: nothing found, must be set" },
  { "multicast-mac-address", "network-devices[0].mac-address", "01:00:5e:00:00:01", NULL,
    "network-devices[0]: mac-address: '01:00:5e:00:00:01' "
    "found, must be a unicast address: *" },
  { "zero-mac-address", "network-devices[0].mac-address", "00:00:00:00:00:00", NULL,
    "network-devices[0]: mac-address: '00:00:00:00:00:00' "
    "found, must not be all zeros" },
  { "same-mac-address-twice", NULL, NULL, same_mac_address_twice,
    "network-devices[1]: mac-address: 'd6:a7:58:8e:78:d4' "
    "found, must differ from that of network-devices[0]" },
  { "no-network-attachment", NULL, NULL, no_network_attachment,
    "network-devices[0]: attachment: nothing found, must be set" },
  { "published-everywhere", "network-devices[0].attachment.published-ports[0].host-address",
    "0.0.0.0", NULL, PORT "host-address: '0.0.0.0' found, must be a loopback address, *" },
  { "published-by-name", "network-devices[0].attachment.published-ports[0].host-address",
    "localhost", NULL, PORT "host-address: 'localhost' found, must be a loopback address, *" },
  { "host-port-too-high", "network-devices[0].attachment.published-ports[0].host-port", "65536",
    NULL, PORT "host-port: '65536' found, must be 0 to 65535" },
  { "no-guest-port", "network-devices[0].attachment.published-ports[0].guest-port", "0", NULL,
    PORT "guest-port: '0' found, must be 1 to 65535" },
  { "same-host-port-twice", NULL, NULL, same_host_port_twice,
    "network-devices[1].attachment.published-ports[0]: host-port: '2222' found, "
    "must differ from that of network-devices[0].attachment.published-ports[0]" },
  { "long-socket", NULL, NULL, long_socket,
    "serial-ports[0].attachment: path: * must be at most 107 bytes, *" },
  { "console-without-directory", NULL, NULL, console_without_directory,
    "serial-ports[0].attachment: path: '/nonexistent/console.log' "
    "found, must be in an existing directory: *" },
  { "console-is-directory", NULL, NULL, console_is_directory,
    "serial-ports[0].attachment: path: '*' found, must name a file in "
    "a directory" },
  { "two-console-sockets", NULL, NULL, two_console_sockets,
    "serial-ports[1].attachment: path: nothing found, must differ "
    "from that of serial-ports[0].attachment" },
  { "handle-of-wrong-mode", NULL, NULL, handle_of_wrong_mode,
    "serial-ports[0].attachment: file-handle-for-reading: '*' "
    "found, must be open for reading" },
  { "console-without-ports", NULL, NULL, console_without_ports,
    "console-devices[0]: ports: '0' found, must be 1 to 30 ports" },
  { "two-console-ports", NULL, NULL, two_console_ports,
    "console-devices[0].ports[1]: is-console: 'true' found, "
    "must be true for at most one port of a device" },
  { "two-ports-of-one-name", NULL, NULL, two_ports_of_one_name,
    "console-devices[0].ports[1]: name: 'a' found, must differ "
    "from those of the other ports" },
  { "too-small-port-count", NULL, NULL, too_small_port_count,
    "console-devices[0]: maximum-port-count: '1' found, must "
    "be 0 or more than the highest port number, 1" },
  { "port-count-in-a-hole", NULL, NULL, port_count_in_a_hole,
    "console-devices[0]: maximum-port-count: '6' found, must "
    "be 0 or more than the highest port number, 6" },
  { "port-count-too-high", NULL, NULL, port_count_too_high,
    "console-devices[0]: maximum-port-count: '31' found, must be 0 to 30" },
  { "port-number-too-high", NULL, NULL, port_number_too_high,
    "console-devices[0]: ports: '31' found, must be 1 to 30 ports, including those left out" },
  { "two-names-with-a-hole", NULL, NULL, two_names_with_a_hole,
    "console-devices[0].ports[3]: name: 'a' found, must differ from those of the other ports" },
  { "only-holes", NULL, NULL, only_holes,
    "console-devices[0]: ports: '0' found, must be 1 to 30 ports" },
  { "agent-port", NULL, NULL, agent_port,
    "console-devices[0].ports[0]: name: "
    "'org.qemu.guest_agent.0' found, must not be a reserved name" },
  { "spice-name-without-agent", NULL, NULL, spice_name_without_agent,
    SPICE_PORT "attachment: nothing found, must be a Spice agent port attachment on a port "
               "named com.redhat.spice.0" },
  { "spice-by-another-name", NULL, NULL, spice_by_another_name,
    SPICE_PORT "name: 'a' found, must be com.redhat.spice.0 with a Spice agent port attachment" },
  { "spice-on-a-console", NULL, NULL, spice_on_a_console,
    SPICE_PORT "is-console: 'true' found, must be false with a Spice agent port attachment" },
  { "spice-on-a-serial-port", NULL, NULL, spice_on_a_serial_port,
    "serial-ports[0]: attachment: 'Spice agent port attachment' found, must be on a port of "
    "a virtio console device" },
  { "two-spice-agents", NULL, NULL, two_spice_agents,
    "console-devices[1].ports[0].attachment: type: 'Spice agent port attachment' found, must "
    "differ from that of console-devices[0].ports[0].attachment" },
  { "slash-in-port-name", NULL, NULL, slash_in_port_name,
    "console-devices[0].ports[0]: name: 'a/b' found, must be "
    "1 to 255 bytes without a slash: *" },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  validation_add_rows (rows, G_N_ELEMENTS (rows));
  return g_test_run ();
}
