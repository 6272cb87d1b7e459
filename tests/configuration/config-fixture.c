/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config-fixture.h"

#include <glib/gstdio.h>
#include <plist/plist.h>
#include <string.h>

char *
fixture_file (Fixture *fixture, const char *name, gssize size)
{
  char *path = g_build_filename (fixture->directory, name, NULL);

  if (size >= 0)
    {
      g_autofree char *zeros = g_malloc0 ((gsize) size + 1);

      g_assert_true (g_file_set_contents (path, zeros, size, NULL));
    }
  return path;
}

void
fixture_add (gpointer config, const char *property, gpointer device)
{
  g_autoptr (GPtrArray) devices = NULL;
  g_autoptr (GPtrArray) longer = g_ptr_array_new ();

  g_object_get (config, property, &devices, NULL);
  for (guint i = 0; i < devices->len; i++)
    g_ptr_array_add (longer, devices->pdata[i]);
  g_ptr_array_add (longer, device);
  g_object_set (config, property, longer, NULL);
  g_object_unref (device);
}

void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *kernel = NULL;
  g_autofree char *disk = NULL;
  g_autoptr (VzBootLoader) boot_loader = NULL;
  g_autoptr (VzStorageDeviceAttachment) image = NULL;
  g_autoptr (VzNetworkDeviceAttachment) nat = NULL;
  g_autoptr (VzMACAddress) address = vz_mac_address_new_from_string ("d6:a7:58:8e:78:d4");
  VzVirtioNetworkDeviceConfiguration *network = vz_virtio_network_device_configuration_new ();
  VzVirtioGraphicsDeviceConfiguration *graphics = vz_virtio_graphics_device_configuration_new ();
  VzSerialPortConfiguration *uart =
    VZ_SERIAL_PORT_CONFIGURATION (vz_uart_serial_port_configuration_new ());
  g_autoptr (VzSerialPortAttachment)
    console = VZ_SERIAL_PORT_ATTACHMENT (vz_socket_serial_port_attachment_new (NULL));

  fixture->directory = g_dir_make_tmp ("vz-config-XXXXXX", NULL);
  g_assert_nonnull (fixture->directory);
  /* No firmware except what a test puts here. */
  g_setenv ("VZ_FIRMWARE_PATH", fixture->directory, TRUE);
  kernel = fixture_file (fixture, "vmlinuz", 16);
  disk = fixture_file (fixture, "Disk.img", 4096);
  boot_loader = VZ_BOOT_LOADER (vz_linux_boot_loader_new (kernel));
  image = VZ_STORAGE_DEVICE_ATTACHMENT (vz_disk_image_storage_device_attachment_new (disk, FALSE));
  nat = VZ_NETWORK_DEVICE_ATTACHMENT (vz_nat_network_device_attachment_new ());
  fixture_add (nat, "published-ports", vz_published_port_new (2222, 22));
  vz_network_device_configuration_set_attachment (VZ_NETWORK_DEVICE_CONFIGURATION (network), nat);
  vz_network_device_configuration_set_mac_address (VZ_NETWORK_DEVICE_CONFIGURATION (network),
                                                   address);
  fixture_add (graphics, "scanouts", vz_virtio_graphics_scanout_configuration_new (1920, 1200));
  vz_serial_port_configuration_set_attachment (uart, console);

  fixture->config = vz_virtual_machine_configuration_new ();
  g_object_set (fixture->config, "boot-loader", boot_loader, "cpu-count", 1, "memory-size",
                G_GUINT64_CONSTANT (1) << 30, NULL);
  fixture_add (fixture->config, "storage-devices",
               vz_virtio_block_device_configuration_new (image));
  fixture_add (fixture->config, "network-devices", network);
  fixture_add (fixture->config, "graphics-devices", graphics);
  fixture_add (fixture->config, "serial-ports", uart);
  fixture_add (fixture->config, "keyboards", vz_usb_keyboard_configuration_new ());
  fixture_add (fixture->config, "pointing-devices",
               vz_usb_screen_coordinate_pointing_device_configuration_new ());
  fixture_add (fixture->config, "entropy-devices", vz_virtio_entropy_device_configuration_new ());
  fixture_add (fixture->config, "memory-balloon-devices",
               vz_virtio_traditional_memory_balloon_device_configuration_new ());
}

void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->directory, 0, NULL);
  const char *name;

  g_assert_finalize_object (fixture->config);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->directory, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->directory);
}

void
fixture_set_new (Fixture *fixture, const char *property, gpointer object)
{
  g_object_set (fixture->config, property, object, NULL);
  g_clear_object (&object);
}

VzGenericHardwareModel *
fixture_new_model (const char *machine_type)
{
  g_autofree char *text = g_strdup_printf (
    "<plist version=\"1.0\"><dict><key>DataRepresentationVersion</key><integer>1</integer>"
    "<key>Architecture</key><string>x86_64</string>"
    "<key>MachineType</key><string>%s</string></dict></plist>",
    machine_type);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  VzGenericHardwareModel *model;
  plist_t plist = NULL;
  char *binary = NULL;
  uint32_t length = 0;

  plist_from_xml (text, (uint32_t) strlen (text), &plist);
  plist_to_bin (plist, &binary, &length);
  bytes = g_bytes_new (binary, length);
  free (binary); /* libplist 2.6 no longer has its own function for this */
  plist_free (plist);
  model = vz_generic_hardware_model_new_from_data (bytes, &error);
  g_assert_no_error (error);
  return model;
}

gpointer
fixture_first (Fixture *fixture, const char *property)
{
  g_autoptr (GPtrArray) devices = NULL;

  g_object_get (fixture->config, property, &devices, NULL);
  return devices->pdata[0];
}

void
fixture_set_serial (Fixture *fixture, gpointer attachment)
{
  g_object_set (fixture_first (fixture, "serial-ports"), "attachment", attachment, NULL);
  g_object_unref (attachment);
}

void
fixture_let_others_in (Fixture *fixture)
{
  g_autofree char *disk = fixture_file (fixture, "Disk.img", -1);

  g_assert_cmpint (g_chmod (fixture->directory, 0777), ==, 0);
  g_assert_cmpint (g_chmod (disk, 0666), ==, 0);
}
