/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-configuration-rules.h"

#include "configuration/audio/vz-file-audio-output-stream-sink.h"
#include "configuration/console/vz-file-serial-port-attachment.h"
#include "configuration/console/vz-socket-serial-port-attachment.h"
#include "configuration/console/vz-spice-agent-port-attachment.h"
#include "configuration/console/vz-virtio-console-device-configuration.h"
#include "configuration/network/vz-nat-network-device-attachment.h"
#include "configuration/sharing/vz-virtio-file-system-device-configuration.h"
#include "configuration/storage/vz-disk-block-device-storage-device-attachment.h"
#include "configuration/storage/vz-disk-image-storage-device-attachment.h"
#include "configuration/storage/vz-network-block-device-storage-device-attachment.h"
#include "configuration/storage/vz-usb-mass-storage-device-configuration.h"
#include "configuration/storage/vz-virtio-block-device-configuration.h"
#include "configuration/usb/vz-usb-device-configuration.h"
#include "configuration/vz-sound.h"

#include <sys/stat.h>

/* Maps each value, prefixed with its kind, to the place where it was seen. */
typedef GHashTable Seen;

/* Takes @key. */
static void
check_unique (Seen *seen, VzProblems *problems, char *key, const char *location, VzConfig *config,
              const char *property, const char *value)
{
  const char *earlier = g_hash_table_lookup (seen, key);

  if (earlier != NULL)
    {
      vz_problems_add_at (problems, location, config, property, value,
                          "must differ from that of %s", earlier);
      g_free (key);
      return;
    }
  g_hash_table_insert (seen, key, g_strdup (location));
}

/* Two writers, or a writer and a reader, would see each other's half-written blocks; two readers
 * are fine. Files are compared by inode, since one file may have several paths. */
static void
check_disk (Seen *seen, VzProblems *problems, const char *location,
            VzDiskImageStorageDeviceAttachment *disk)
{
  const char *path = vz_disk_image_storage_device_attachment_get_path (disk);
  gboolean read_only = vz_disk_image_storage_device_attachment_get_read_only (disk);
  g_autofree char *file = NULL;
  g_autofree char *readers = NULL;
  struct stat status;

  if (path == NULL || stat (path, &status) != 0)
    return;
  file = g_strdup_printf ("disk %lx:%lx", (gulong) status.st_dev, (gulong) status.st_ino);
  readers = g_strdup_printf ("%s read-only", file);
  if (read_only && g_hash_table_contains (seen, readers))
    return;
  check_unique (seen, problems, g_strdup (file), location, VZ_CONFIG (disk), "path", path);
  if (read_only)
    g_hash_table_insert (seen, g_steal_pointer (&readers), NULL);
}

/* A server may have one export under several addresses; the same address twice is surely one
 * export. */
static void
check_export (Seen *seen, VzProblems *problems, const char *location,
              VzNetworkBlockDeviceStorageDeviceAttachment *nbd)
{
  const char *url = vz_network_block_device_storage_device_attachment_get_url (nbd);

  if (url != NULL && !vz_network_block_device_storage_device_attachment_get_forced_read_only (nbd))
    check_unique (seen, problems, g_strconcat ("export ", url, NULL), location, VZ_CONFIG (nbd),
                  "url", url);
}

static void
check_block_device (Seen *seen, VzProblems *problems, const char *location,
                    VzDiskBlockDeviceStorageDeviceAttachment *device)
{
  VzFileHandle *handle = vz_disk_block_device_storage_device_attachment_get_file_handle (device);
  const char *path = vz_disk_block_device_storage_device_attachment_get_path (device);
  g_autofree char *number = NULL;
  struct stat st;

  if (handle != NULL ? fstat (vz_file_handle_get_fd (handle), &st) != 0
                     : path == NULL || stat (path, &st) != 0)
    return;
  if (handle != NULL)
    number = g_strdup_printf ("%d", vz_file_handle_get_fd (handle));
  check_unique (seen, problems, g_strdup_printf ("device %lx", (gulong) st.st_rdev), location,
                VZ_CONFIG (device), handle != NULL ? "file-handle" : "path",
                handle != NULL ? number : path);
}

static void
check_device (Seen *seen, VzProblems *problems, const char *location,
              VzStorageDeviceConfiguration *device)
{
  VzDiskImageStorageDeviceAttachment *disk =
    vz_storage_device_configuration_get_disk_image (device);
  VzStorageDeviceAttachment *attachment = vz_storage_device_configuration_get_attachment (device);
  g_autofree char *inside = g_strconcat (location, ".attachment", NULL);

  if (VZ_IS_VIRTIO_BLOCK_DEVICE_CONFIGURATION (device))
    {
      const char *identifier = vz_virtio_block_device_configuration_get_block_device_identifier (
        VZ_VIRTIO_BLOCK_DEVICE_CONFIGURATION (device));

      if (*identifier != '\0')
        check_unique (seen, problems, g_strconcat ("identifier ", identifier, NULL), location,
                      VZ_CONFIG (device), "block-device-identifier", identifier);
    }
  if (VZ_IS_USB_DEVICE_CONFIGURATION (device))
    {
      const char *uuid =
        vz_usb_device_configuration_get_uuid (VZ_USB_DEVICE_CONFIGURATION (device));

      if (uuid != NULL)
        check_unique (seen, problems, g_strconcat ("uuid ", uuid, NULL), location,
                      VZ_CONFIG (device), "uuid", uuid);
    }
  if (disk != NULL)
    check_disk (seen, problems, inside, disk);
  if (VZ_IS_DISK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment))
    check_block_device (seen, problems, inside,
                        VZ_DISK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment));
  if (VZ_IS_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment))
    check_export (seen, problems, inside,
                  VZ_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT (attachment));
}

static void
check_usb_devices (Seen *seen, VzProblems *problems, guint controller, GPtrArray *devices)
{
  for (guint i = 0; i < devices->len; i++)
    {
      g_autofree char *location =
        g_strdup_printf ("usb-controllers[%u].usb-devices[%u]", controller, i);
      guint port = VZ_IS_USB_MASS_STORAGE_DEVICE_CONFIGURATION (devices->pdata[i])
                     ? vz_usb_mass_storage_device_configuration_get_port (devices->pdata[i])
                     : 0;
      g_autofree char *found = g_strdup_printf ("%u", port);

      check_device (seen, problems, location, devices->pdata[i]);
      if (port != 0)
        check_unique (seen, problems, g_strdup_printf ("port %u of %u", port, controller), location,
                      devices->pdata[i], "port", found);
    }
}

static void
check_storage (VzVirtualMachineConfiguration *self, Seen *seen, VzProblems *problems)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_storage_devices (self);
  GPtrArray *controllers = vz_virtual_machine_configuration_get_usb_controllers (self);

  for (guint i = 0; i < devices->len; i++)
    {
      g_autofree char *location = g_strdup_printf ("storage-devices[%u]", i);

      check_device (seen, problems, location, devices->pdata[i]);
    }
  for (guint i = 0; i < controllers->len; i++)
    check_usb_devices (seen, problems, i,
                       vz_usb_controller_configuration_get_usb_devices (controllers->pdata[i]));
}

static void
check_published_ports (Seen *seen, VzProblems *problems, const char *location, GPtrArray *ports)
{
  for (guint i = 0; i < ports->len; i++)
    {
      VzPublishedPort *port = ports->pdata[i];
      guint host_port = vz_published_port_get_host_port (port);
      g_autofree char *inside = g_strdup_printf ("%s.published-ports[%u]", location, i);
      g_autofree char *found = g_strdup_printf ("%u", host_port);

      if (host_port == 0) /* any free port: always a different one */
        continue;
      check_unique (seen, problems,
                    g_strdup_printf ("port %d %s %u", (int) vz_published_port_get_protocol (port),
                                     vz_published_port_get_host_address (port), host_port),
                    inside, VZ_CONFIG (port), "host-port", found);
    }
}

static void
check_network (VzVirtualMachineConfiguration *self, Seen *seen, VzProblems *problems)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_network_devices (self);

  for (guint i = 0; i < devices->len; i++)
    {
      VzMACAddress *address = vz_network_device_configuration_get_mac_address (devices->pdata[i]);
      VzNetworkDeviceAttachment *attachment =
        vz_network_device_configuration_get_attachment (devices->pdata[i]);
      g_autofree char *location = g_strdup_printf ("network-devices[%u]", i);
      g_autofree char *inside = g_strconcat (location, ".attachment", NULL);

      if (address != NULL)
        check_unique (seen, problems,
                      g_strconcat ("mac ", vz_mac_address_to_string (address), NULL), location,
                      devices->pdata[i], "mac-address", vz_mac_address_to_string (address));
      if (attachment != NULL && VZ_IS_NAT_NETWORK_DEVICE_ATTACHMENT (attachment))
        check_published_ports (seen, problems, inside,
                               vz_nat_network_device_attachment_get_published_ports (
                                 VZ_NAT_NETWORK_DEVICE_ATTACHMENT (attachment)));
    }
}

/* Two ports must not write to one file or listen on one socket, and a guest has only one Spice
 * agent. */
static void
check_serial_attachment (Seen *seen, VzProblems *problems, const char *location,
                         VzSerialPortAttachment *attachment)
{
  g_autofree char *inside = g_strconcat (location, ".attachment", NULL);
  const char *path = NULL;

  if (attachment == NULL)
    return;
  if (VZ_IS_SPICE_AGENT_PORT_ATTACHMENT (attachment))
    {
      check_unique (seen, problems, g_strdup ("spice agent"), inside, VZ_CONFIG (attachment),
                    "type", vz_problems_kind_of (attachment));
      return;
    }
  if (VZ_IS_FILE_SERIAL_PORT_ATTACHMENT (attachment))
    path = vz_file_serial_port_attachment_get_path (VZ_FILE_SERIAL_PORT_ATTACHMENT (attachment));
  else if (VZ_IS_SOCKET_SERIAL_PORT_ATTACHMENT (attachment))
    path =
      vz_socket_serial_port_attachment_get_path (VZ_SOCKET_SERIAL_PORT_ATTACHMENT (attachment));
  else
    return;
  if (path == NULL && !VZ_IS_SOCKET_SERIAL_PORT_ATTACHMENT (attachment))
    return;
  check_unique (seen, problems, g_strconcat ("file ", path != NULL ? path : "console", NULL),
                inside, VZ_CONFIG (attachment), "path", path);
}

static void
check_serial (VzVirtualMachineConfiguration *self, Seen *seen, VzProblems *problems)
{
  GPtrArray *serial_ports = vz_virtual_machine_configuration_get_serial_ports (self);
  GPtrArray *consoles = vz_virtual_machine_configuration_get_console_devices (self);

  for (guint i = 0; i < serial_ports->len; i++)
    {
      g_autofree char *location = g_strdup_printf ("serial-ports[%u]", i);

      check_serial_attachment (seen, problems, location,
                               vz_serial_port_configuration_get_attachment (serial_ports
                                                                              ->pdata[i]));
    }
  for (guint i = 0; i < consoles->len; i++)
    {
      VzVirtioConsolePortConfigurationArray *ports =
        vz_virtio_console_device_configuration_get_ports (consoles->pdata[i]);

      for (guint n = 0; n < vz_virtio_console_port_configuration_array_get_length (ports); n++)
        {
          VzConsolePortConfiguration *port = (VzConsolePortConfiguration *)
            vz_virtio_console_port_configuration_array_get_port (ports, n);
          g_autofree char *location = g_strdup_printf ("console-devices[%u].ports[%u]", i, n);

          if (port != NULL)
            check_serial_attachment (seen, problems, location,
                                     vz_console_port_configuration_get_attachment (port));
        }
    }
}

static void
check_tags (VzVirtualMachineConfiguration *self, Seen *seen, VzProblems *problems)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_directory_sharing_devices (self);

  for (guint i = 0; i < devices->len; i++)
    {
      g_autofree char *location = g_strdup_printf ("directory-sharing-devices[%u]", i);
      const char *tag = vz_virtio_file_system_device_configuration_get_tag (devices->pdata[i]);

      if (tag != NULL)
        check_unique (seen, problems, g_strconcat ("tag ", tag, NULL), location, devices->pdata[i],
                      "tag", tag);
    }
}

static void
check_sound (VzVirtualMachineConfiguration *self, Seen *seen, VzProblems *problems)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_audio_devices (self);

  for (guint i = 0; i < devices->len; i++)
    {
      VzAudioOutputStreamSink *sink = vz_sound_get_sink (devices->pdata[i]);
      g_autofree char *location = g_strdup_printf ("audio-devices[%u].streams.sink", i);
      const char *path;

      if (!VZ_IS_FILE_AUDIO_OUTPUT_STREAM_SINK (sink))
        continue;
      path = vz_file_audio_output_stream_sink_get_path (VZ_FILE_AUDIO_OUTPUT_STREAM_SINK (sink));
      if (path != NULL)
        check_unique (seen, problems, g_strconcat ("file ", path, NULL), location, VZ_CONFIG (sink),
                      "path", path);
    }
}

void
vz_check_unique_rules (VzVirtualMachineConfiguration *self, VzProblems *problems)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  check_storage (self, seen, problems);
  check_network (self, seen, problems);
  check_serial (self, seen, problems);
  check_sound (self, seen, problems);
  check_tags (self, seen, problems);
}
