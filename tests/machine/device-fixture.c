/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device-fixture.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define DISK_SIZE (2 << 20)

void
devices_append (Guest *guest, const char *property, gpointer device)
{
  g_autoptr (GPtrArray) list = NULL;
  GPtrArray *old = NULL;

  g_object_get (guest->configuration, property, &old, NULL);
  list = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; old != NULL && i < old->len; i++)
    g_ptr_array_add (list, g_object_ref (old->pdata[i]));
  g_ptr_array_add (list, device);
  g_object_set (guest->configuration, property, list, NULL);
  g_clear_pointer (&old, g_ptr_array_unref);
}

VzStorageDeviceAttachment *
devices_new_disk (Guest *guest, const char *name)
{
  g_autofree char *path = g_build_filename (guest->root, name, NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (ftruncate (fd, DISK_SIZE), ==, 0);
  close (fd);
  return VZ_STORAGE_DEVICE_ATTACHMENT (vz_disk_image_storage_device_attachment_new (path, FALSE));
}

guint
devices_count (Guest *guest, const char *folder, const char *pattern)
{
  g_autofree char *line = g_strdup_printf ("count-entries %s %s", folder, pattern);
  g_autofree char *found = NULL;

  guest_command (guest, line);
  found = guest_expect (guest, "entries ");
  return (guint) g_ascii_strtoull (found, NULL, 10);
}

char *
devices_read_disk (Guest *guest, const char *name)
{
  g_autofree char *path = g_build_filename (guest->root, name, NULL);
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_assert_cmpuint (length, ==, DISK_SIZE);
  g_assert_cmpstr (contents, ==, contents + (1 << 20));
  return g_strdup (contents);
}

void
devices_check_disk (Guest *guest, const char *device, const char *name)
{
  g_autofree char *line = g_strdup_printf ("use-disk %s written to %s", device, name);
  g_autofree char *expected = g_strdup_printf ("written to %s", name);
  g_autofree char *found = NULL;

  guest_command (guest, line);
  found = devices_read_disk (guest, name);
  g_assert_cmpstr (found, ==, expected);
}

void
devices_add_ports (Guest *guest, gpointer serial_attachment, gpointer port_attachment)
{
  VzVirtioConsoleDeviceSerialPortConfiguration *serial =
    vz_virtio_console_device_serial_port_configuration_new ();
  VzVirtioConsoleDeviceConfiguration *device = vz_virtio_console_device_configuration_new ();
  g_autoptr (VzVirtioConsolePortConfiguration) port = vz_virtio_console_port_configuration_new ();

  g_object_set (serial, "attachment", serial_attachment, NULL);
  g_object_set (port, "name", "org.example.port", "attachment", port_attachment, NULL);
  vz_virtio_console_port_configuration_array_set_port (
    vz_virtio_console_device_configuration_get_ports (device), 0, port);
  devices_append (guest, "serial-ports", serial);
  devices_append (guest, "console-devices", device);
}

void
devices_check_port (Guest *guest, const char *port, const char *name, const char *text)
{
  g_autofree char *line = g_strdup_printf ("say-port %s %s", port, text);
  g_autofree char *path = g_build_filename (guest->root, name, NULL);
  g_autofree char *contents = NULL;

  guest_command (guest, line);
  for (guint i = 0; i < 500 && (contents == NULL || strstr (contents, text) == NULL); i++)
    {
      g_clear_pointer (&contents, g_free);
      g_file_get_contents (path, &contents, NULL, NULL);
      g_usleep (20 * 1000);
    }
  g_assert_nonnull (contents);
  g_assert_nonnull (strstr (contents, text));
}
