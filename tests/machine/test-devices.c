/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device-fixture.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* What the configuration promises about devices, kept by a real QEMU and used by a guest: each
 * kind, and as many as allowed. */

#define PLACES 30 /* on the board's PCI bus */

/* tmpfs before Linux 6.5 has no O_DIRECT. */
static gboolean
can_be_uncached (Guest *guest)
{
  int fd = open (guest->root, O_TMPFILE | O_RDWR | O_DIRECT | O_CLOEXEC, 0600);

  if (fd >= 0)
    close (fd);
  else
    g_test_message ("no O_DIRECT in %s: the uncached disk is cached", guest->root);
  return fd >= 0;
}

/* The same for usb0.img and so on, in Linux's order: the first to answer is sda. */
static void
check_usb_disks (Guest *guest, guint n)
{
  g_autoptr (GHashTable) written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < n; i++)
    {
      char letter = (char) ('a' + i);
      g_autofree char *node = g_strdup_printf ("wait-for /dev/sd%c", letter);
      g_autofree char *line = g_strdup_printf ("use-disk sd%c written to sd%c", letter, letter);

      guest_command (guest, node);
      guest_command (guest, line);
    }
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("usb%u.img", i);
      char *found = devices_read_disk (guest, name);

      g_assert_true (g_str_has_prefix (found, "written to sd"));
      g_assert_true (g_hash_table_add (written, found));
    }
}

static void
test_disks (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64-sharing");
  VzStorageDeviceAttachment *fast, *careless, *usb;

  if (guest == NULL)
    return;
  careless = devices_new_disk (guest, "careless.img");
  fast = devices_new_disk (guest, "uncached.img");
  usb = devices_new_disk (guest, "usb.img");
  g_object_set (careless, "synchronization-mode", VZ_DISK_IMAGE_SYNCHRONIZATION_MODE_NONE, NULL);
  if (can_be_uncached (guest))
    g_object_set (fast, "caching-mode", VZ_DISK_IMAGE_CACHING_MODE_UNCACHED, NULL);
  devices_append (guest, "storage-devices", vz_virtio_block_device_configuration_new (careless));
  devices_append (guest, "storage-devices",
                  vz_nvm_express_controller_device_configuration_new (fast));
  devices_append (guest, "storage-devices", vz_usb_mass_storage_device_configuration_new (usb));
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  guest_command (guest, "wait-for /dev/sda");
  devices_check_disk (guest, "vda", "careless.img");
  devices_check_disk (guest, "nvme0n1", "uncached.img");
  devices_check_disk (guest, "sda", "usb.img");
  guest_stop (guest);
  g_object_unref (careless);
  g_object_unref (fast);
  g_object_unref (usb);
}

static char *
read_line (int fd)
{
  GString *line = g_string_new (NULL);
  char c;

  while (read (fd, &c, 1) == 1 && c != '\n')
    if (c != '\r')
      g_string_append_c (line, c);
  return g_string_free (line, FALSE);
}

static void
add_ports (Guest *guest, int to_guest, int from_guest)
{
  g_autofree char *file = g_build_filename (guest->root, "serial.txt", NULL);
  g_autoptr (VzFileSerialPortAttachment) log = vz_file_serial_port_attachment_new (file, FALSE);
  g_autoptr (VzFileHandle) reading = vz_file_handle_new (to_guest);
  g_autoptr (VzFileHandle) writing = vz_file_handle_new (from_guest);
  g_autoptr (VzFileHandleSerialPortAttachment)
    handles = vz_file_handle_serial_port_attachment_new (reading, writing);

  devices_add_ports (guest, log, handles);
}

static void
test_ports (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autofree char *heard = NULL, *line = NULL;
  int in[2], out[2];

  if (guest == NULL)
    return;
  g_assert_cmpint (pipe2 (in, O_CLOEXEC), ==, 0);
  g_assert_cmpint (pipe2 (out, O_CLOEXEC), ==, 0);
  add_ports (guest, in[0], out[1]);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  devices_check_port (guest, "hvc0", "serial.txt", "the file's serial port");
  g_assert_cmpint (write (in[1], "to the guest\n", 13), ==, 13);
  guest_command (guest, "ask-port org.example.port from the guest");
  heard = guest_expect (guest, "heard ");
  g_assert_cmpstr (heard, ==, "to the guest");
  line = read_line (out[0]);
  g_assert_cmpstr (line, ==, "from the guest");
  guest_stop (guest);
  close (in[1]);
  close (out[0]);
}

static void
add_folders (Guest *guest, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *tag = g_strdup_printf ("%02u-a-tag-of-thirty-one-bytes-xx", i);
      g_autoptr (VzSharedDirectory) directory = vz_shared_directory_new (guest->root, FALSE);
      g_autoptr (VzSingleDirectoryShare) share = vz_single_directory_share_new (directory);
      VzVirtioFileSystemDeviceConfiguration *device =
        vz_virtio_file_system_device_configuration_new (tag);

      g_assert_cmpuint (strlen (tag), ==, 31);
      vz_virtio_file_system_device_configuration_set_share (device, VZ_DIRECTORY_SHARE (share));
      devices_append (guest, "directory-sharing-devices", device);
    }
}

static void
assert_refused (Guest *guest, const char *words)
{
  g_autoptr (VzVirtualMachine) machine = vz_virtual_machine_new (guest->configuration);
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_virtual_machine_start (machine, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  if (strstr (error->message, words) == NULL)
    g_error ("no '%s' in: %s", words, error->message);
}

/* As many folders as the board has places for, and not one more. */
static void
test_all_folders (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");

  if (guest == NULL)
    return;
  add_folders (guest, PLACES - 2);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  g_assert_cmpuint (devices_count (guest, "/sys/bus/pci/devices", "0000:00:[01][0-9a-f].0"), ==,
                    PLACES + 2); /* with the host bridge and the chipset */
  guest_stop (guest);
  devices_append (guest, "entropy-devices", vz_virtio_entropy_device_configuration_new ());
  assert_refused (guest, "devices: '29' found, must be at most 28 PCI devices in all");
}

/* A machine with a screen, keys and so on, as most are: one of each kind, and folders in all other
 * places. */
static void
test_usual_machine (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  VzVirtioGraphicsDeviceConfiguration *graphics;
  g_autoptr (GPtrArray) scanouts = g_ptr_array_new_with_free_func (g_object_unref);

  if (guest == NULL)
    return;
  g_free (guest_add_disk (guest, "disk.img", "twenty-characters-it"));
  guest_add_network (guest, "5e:00:00:00:00:01", NULL);
  graphics = vz_virtio_graphics_device_configuration_new ();
  g_ptr_array_add (scanouts, vz_virtio_graphics_scanout_configuration_new (7680, 4320));
  g_object_set (graphics, "scanouts", scanouts, NULL);
  devices_append (guest, "graphics-devices", graphics);
  devices_append (guest, "keyboards", vz_usb_keyboard_configuration_new ());
  devices_append (guest, "pointing-devices",
                  vz_usb_screen_coordinate_pointing_device_configuration_new ());
  devices_append (guest, "entropy-devices", vz_virtio_entropy_device_configuration_new ());
  devices_append (guest, "memory-balloon-devices",
                  vz_virtio_traditional_memory_balloon_device_configuration_new ());
  add_folders (guest, 22);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  g_assert_cmpuint (devices_count (guest, "/sys/bus/pci/devices", "0000:00:[01][0-9a-f].0"), ==,
                    PLACES + 2);
  g_assert_cmpuint (devices_count (guest, "/sys/bus/pci/drivers/virtio-pci", "0000:00:02.0"), ==,
                    1);
  guest_stop (guest);
  devices_append (guest, "entropy-devices", vz_virtio_entropy_device_configuration_new ());
  assert_refused (guest, "devices: '28' found, must be at most 27 PCI devices in all");
}

/* Eight USB devices, four UARTs, a console device with all of its ports. */
static void
test_full_buses (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64-sharing");
  g_autoptr (VzVirtioConsoleDeviceConfiguration) device = NULL;
  g_autoptr (GPtrArray) ports = g_ptr_array_new_with_free_func (g_object_unref);

  if (guest == NULL)
    return;
  devices_append (guest, "keyboards", vz_usb_keyboard_configuration_new ());
  devices_append (guest, "pointing-devices",
                  vz_usb_screen_coordinate_pointing_device_configuration_new ());
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *name = g_strdup_printf ("usb%u.img", i);
      g_autoptr (VzStorageDeviceAttachment) disk = devices_new_disk (guest, name);

      devices_append (guest, "storage-devices",
                      vz_usb_mass_storage_device_configuration_new (disk));
    }
  for (guint i = 0; i < 3; i++)
    devices_append (guest, "serial-ports", vz_uart_serial_port_configuration_new ());
  for (guint i = 0; i < 30; i++)
    {
      VzVirtioConsolePortConfiguration *port = vz_virtio_console_port_configuration_new ();
      g_autofree char *name = g_strdup_printf ("%02u-%0252u", i, 0u);

      g_object_set (port, "name", name, "is-console", i == 0, NULL);
      g_ptr_array_add (ports, port);
    }
  device = vz_virtio_console_device_configuration_new ();
  g_object_set (vz_virtio_console_device_configuration_get_ports (device), "ports", ports,
                "maximum-port-count", 30, NULL);
  devices_append (guest, "console-devices", g_object_ref (device));
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  check_usb_disks (guest, 6);
  g_assert_cmpuint (devices_count (guest, "/sys/bus/usb/drivers/usb-storage", "*:1.0"), ==, 6);
  g_assert_cmpuint (devices_count (guest, "/sys/bus/usb/drivers/usbhid", "*:1.0"), ==, 2);
  g_assert_cmpuint (devices_count (guest, "/sys/class/virtio-ports", "vport*"), ==,
                    31); /* the agent's too */
  guest_stop (guest);
  g_object_set (guest->configuration, "pointing-devices", NULL, NULL);
  devices_append (guest, "keyboards", vz_usb_keyboard_configuration_new ());
  assert_refused (guest, "keyboards: '2' found, must be at most 1 USB keyboard");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/disks", test_disks);
  g_test_add_func ("/devices/ports", test_ports);
  g_test_add_func ("/devices/all-folders", test_all_folders);
  g_test_add_func ("/devices/usual-machine", test_usual_machine);
  g_test_add_func ("/devices/full-buses", test_full_buses);
  return g_test_run ();
}
