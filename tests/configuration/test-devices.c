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
  fixture_set_serial (fixture, vz_file_serial_port_attachment_new ("/nonexistent/console.log", TRUE));
}

static void
console_is_directory (Fixture *fixture)
{
  fixture_set_serial (fixture, vz_file_serial_port_attachment_new (fixture->directory, TRUE));
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
  fixture_add (console, "ports", port);
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
spice_name_without_agent (Fixture *fixture)
{
  add_port (add_console (fixture), VZ_SPICE_AGENT_PORT_NAME, FALSE);
}

static void
slash_in_port_name (Fixture *fixture)
{
  add_port (add_console (fixture), "a/b", FALSE);
}

static VzVirtioFileSystemDeviceConfiguration *
add_share (Fixture *fixture, const char *tag, const char *path)
{
  VzVirtioFileSystemDeviceConfiguration *device = vz_virtio_file_system_device_configuration_new (tag);
  g_autoptr (VzSharedDirectory) directory = vz_shared_directory_new (path, FALSE);
  g_autoptr (VzSingleDirectoryShare) share = vz_single_directory_share_new (directory);

  vz_virtio_file_system_device_configuration_set_share (device, VZ_DIRECTORY_SHARE (share));
  fixture_add (fixture->config, "directory-sharing-devices", device);
  return device;
}

static void
device_without_share (Fixture *fixture)
{
  vz_virtio_file_system_device_configuration_set_share (add_share (fixture, "a", fixture->directory), NULL);
}

static void
share_without_tag (Fixture *fixture)
{
  add_share (fixture, NULL, fixture->directory);
}

/* The named folders are in the fixture's, each under the name it has in @names. */
static void
add_shares (Fixture *fixture, const char *tag, const char *const *names)
{
  VzVirtioFileSystemDeviceConfiguration *device = vz_virtio_file_system_device_configuration_new (tag);
  g_autoptr (VzMultipleDirectoryShare) share = vz_multiple_directory_share_new ();

  for (; *names != NULL; names++)
    {
      g_autoptr (VzSharedDirectory) directory = vz_shared_directory_new (fixture->directory, FALSE);

      fixture_add (share, "directories", vz_named_shared_directory_new (*names, directory));
    }
  vz_virtio_file_system_device_configuration_set_share (device, VZ_DIRECTORY_SHARE (share));
  fixture_add (fixture->config, "directory-sharing-devices", device);
}

static void
no_folders (Fixture *fixture)
{
  add_shares (fixture, "a", (const char *const[]){ NULL });
}

static void
same_name_twice (Fixture *fixture)
{
  add_shares (fixture, "a", (const char *const[]){ "x", "y", "x", NULL });
}

static void
slash_in_name (Fixture *fixture)
{
  add_shares (fixture, "a", (const char *const[]){ "x", "a/b", NULL });
}

static void
long_tag_of_several (Fixture *fixture)
{
  add_shares (fixture, "12345678901234567890123456789", (const char *const[]){ "x", NULL });
}

static void
too_many_folders (Fixture *fixture)
{
  add_shares (fixture, "a", (const char *const[]){ "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13",
                                                   "14", "15", "16", "17", "18", "19", "20", "21", "22",
                                                   "23", NULL });
}

static void
test_names (void)
{
  static const struct {
    const char *name;
    const char *canonical; /* NULL: none can be made */
  } rows[] = {
    { "my files", "my files" }, { "\xc3\xa9", "\xc3\xa9" }, { "a/b", "a_b" }, { "a\nb", "a_b" },
    { "/", "_" }, { "", NULL }, { ".", NULL }, { "..", NULL },
  };
  g_autofree char *most = g_strnfill (254, 'a');
  g_autofree char *split = g_strconcat (most, "\xc3\xa9", NULL); /* its last character ends behind the 255th byte */
  g_autofree char *cut = vz_multiple_directory_share_canonicalize_name (split);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *found = vz_multiple_directory_share_canonicalize_name (rows[i].name);
      g_autoptr (GError) error = NULL;
      gboolean is_good = vz_multiple_directory_share_validate_name (rows[i].name, &error);

      g_assert_cmpstr (found, ==, rows[i].canonical);
      g_assert_true (is_good == (g_strcmp0 (rows[i].name, rows[i].canonical) == 0));
      g_assert_true (is_good || g_error_matches (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT));
    }
  g_assert_cmpstr (cut, ==, most);
  g_assert_false (vz_multiple_directory_share_validate_name (split, NULL));
}

static void
long_tag (Fixture *fixture)
{
  add_share (fixture, "12345678901234567890123456789012", fixture->directory);
}

static void
slash_in_tag (Fixture *fixture)
{
  add_share (fixture, "a/b", fixture->directory);
}

static void
same_tag_twice (Fixture *fixture)
{
  add_share (fixture, "a", fixture->directory);
  add_share (fixture, "a", g_get_tmp_dir ());
}

static void
shared_file (Fixture *fixture)
{
  g_autofree char *disk = fixture_file (fixture, "Disk.img", -1);

  add_share (fixture, "a", disk);
}

static void
missing_folder (Fixture *fixture)
{
  add_share (fixture, "a", "/nonexistent/folder");
}

static void
protected_folder (Fixture *fixture)
{
  g_autofree char *folder = g_build_filename (fixture->directory, "closed", NULL);

  /* Nobody's to write, not even its owner's. */
  fixture_let_others_in (fixture);
  g_assert_cmpint (g_mkdir (folder, 0555), ==, 0);
  add_share (fixture, "a", folder);
}

/* 31 bytes, and what may be in a file name. */
static void
test_good_tags (void)
{
  static const char *const good[] = { "a", "my-share_1.x", "1234567890123456789012345678901", "\xc3\xa9", "a#b\\c", "..." };
  static const char *const bad[] = { "", ".", "..", "/", "a b", "a\tb", "a\nb", "\x7f", "12345678901234567890123456789012" };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_assert_true (vz_virtio_file_system_device_configuration_validate_tag (good[i], &error));
      g_assert_no_error (error);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (vz_virtio_file_system_device_configuration_validate_tag (bad[i], &error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
}

#define SHARE "directory-sharing-devices[0]: "
#define SPICE_PORT "console-devices[0].ports[0]: "
#define SHARED "directory-sharing-devices[0].share.directory: "

static const ValidationRow rows[] = {
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
  { "protected-disk", NULL, NULL, protected_disk, DISK "path: '*' found, must be writable: *", TRUE },
  { "long-identifier", "storage-devices[0].block-device-identifier", "123456789012345678901", NULL,
    BLOCK "block-device-identifier: '123456789012345678901' found, must be at most 20 printable "
          "ASCII characters" },
  { "identifier-not-ascii", "storage-devices[0].block-device-identifier", "\xc3\xa9", NULL,
    BLOCK "block-device-identifier: '\xc3\xa9' found, must be at most 20 printable ASCII characters" },
  { "same-disk-twice", NULL, NULL, same_disk_twice,
    "storage-devices[1].attachment: path: '*/Link.img' found, "
    "must differ from that of storage-devices[0].attachment" },
  { "same-identifier-twice", NULL, NULL, same_identifier_twice,
    "storage-devices[1]: block-device-identifier: 'disk' found, "
    "must differ from that of storage-devices[0]" },
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
    "found, must lie in an existing directory: *" },
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
    "be 0 or at least the number of ports, 2" },
  { "agent-port", NULL, NULL, agent_port,
    "console-devices[0].ports[0]: name: "
    "'org.qemu.guest_agent.0' found, must not be a reserved name" },
  { "spice-name-without-agent", NULL, NULL, spice_name_without_agent,
    SPICE_PORT "attachment: nothing found, must be a Spice agent port attachment on a port of the name com.redhat.spice.0" },
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
  { "device-without-share", NULL, NULL, device_without_share, SHARE "share: nothing found, must be set" },
  { "share-without-tag", NULL, NULL, share_without_tag, SHARE "tag: nothing found, must not be empty" },
  { "long-tag", NULL, NULL, long_tag,
    SHARE "tag: '12345678901234567890123456789012' found, must be 1 to 31 bytes without slash, *" },
  { "no-folders", NULL, NULL, no_folders,
    "directory-sharing-devices[0].share: directories: '0' found, must be at least one: *" },
  { "same-name-twice", NULL, NULL, same_name_twice,
    "directory-sharing-devices[0].share.directories[2]: name: 'x' found, must differ from those "
    "of the other folders" },
  { "slash-in-name", NULL, NULL, slash_in_name,
    "directory-sharing-devices[0].share.directories[1]: name: 'a/b' found, must be 1 to 255 "
    "bytes of UTF-8 without slash *" },
  { "long-tag-of-several", NULL, NULL, long_tag_of_several,
    SHARE "tag: '12345678901234567890123456789' found, must be at most 28 bytes with a multiple directory share" },
  { "too-many-folders", NULL, NULL, too_many_folders,
    "devices: '28' found, must be at most 27 PCI devices in all, *" },
  { "slash-in-tag", NULL, NULL, slash_in_tag, SHARE "tag: 'a/b' found, must be 1 to 31 bytes without slash, *" },
  { "same-tag-twice", NULL, NULL, same_tag_twice,
    "directory-sharing-devices[1]: tag: 'a' found, must differ from that of "
    "directory-sharing-devices[0]" },
  { "shared-file", NULL, NULL, shared_file,
    SHARED "path: '*/Disk.img' found, must be a folder that can be read and written: Not a directory" },
  { "missing-folder", NULL, NULL, missing_folder,
    SHARED "path: '/nonexistent/folder' found, must be a folder that can be read and written: No such file or directory" },
  { "protected-folder", NULL, NULL, protected_folder,
    SHARED "path: '*' found, must be a folder that can be read and written: Permission denied", TRUE },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  validation_add_rows (rows, G_N_ELEMENTS (rows));
  g_test_add_func ("/validation/tags", test_good_tags);
  g_test_add_func ("/validation/names", test_names);
  return g_test_run ();
}
