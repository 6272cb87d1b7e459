/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device-fixture.h"

/* A machine with a device of every kind that can be saved: after a restore, the guest uses each.
 * NVMe, virtio sound, file handles, the Spice agent and 9P shares cannot be saved; shares over
 * virtio-fs and vhost sockets need what this host may lack, and have tests of their own. */

#define MAC_NAT "5e:12:34:56:78:9a"
#define MAC_PRIVATE "5e:12:34:56:78:9b"
#define TARGET (G_GUINT64_CONSTANT (192) << 20)

static void
add_networks (Guest *guest)
{
  VzVirtioNetworkDeviceConfiguration *network = vz_virtio_network_device_configuration_new ();
  g_autoptr (VzMACAddress) mac = vz_mac_address_new_from_string (MAC_PRIVATE);
  g_autofree char *name = g_path_get_basename (guest->root); /* no other test's network */
  g_autoptr (VzVmnetNetworkDeviceAttachment) lan = vz_vmnet_network_device_attachment_new (name);

  guest_add_network (guest, MAC_NAT, "0:22");
  g_object_set (network, "mac-address", mac, "attachment", lan, NULL);
  devices_append (guest, "network-devices", network);
}

static void
add_screen (Guest *guest)
{
  VzVirtioGraphicsDeviceConfiguration *graphics = vz_virtio_graphics_device_configuration_new ();
  g_autoptr (GPtrArray) scanouts = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (scanouts, vz_virtio_graphics_scanout_configuration_new (1280, 800));
  g_object_set (graphics, "scanouts", scanouts, NULL);
  devices_append (guest, "graphics-devices", graphics);
  devices_append (guest, "keyboards", vz_usb_keyboard_configuration_new ());
  devices_append (guest, "pointing-devices",
                  vz_usb_screen_coordinate_pointing_device_configuration_new ());
}

static void
add_sound (Guest *guest)
{
  VzVirtioSoundDeviceConfiguration *sound = vz_virtio_sound_device_configuration_new ();
  g_autoptr (VzVirtioSoundDeviceOutputStreamConfiguration)
    output = vz_virtio_sound_device_output_stream_configuration_new ();
  g_autoptr (GPtrArray) streams = g_ptr_array_new ();
  g_autofree char *path = g_build_filename (guest->root, "played.wav", NULL);
  g_autoptr (VzFileAudioOutputStreamSink) sink = vz_file_audio_output_stream_sink_new (path);

  vz_virtio_sound_device_output_stream_configuration_set_sink (output,
                                                               VZ_AUDIO_OUTPUT_STREAM_SINK (sink));
  g_ptr_array_add (streams, output);
  vz_virtio_sound_device_configuration_set_streams (sound, streams);
  devices_append (guest, "audio-devices", sound);
}

static void
add_ports (Guest *guest)
{
  g_autofree char *serial = g_build_filename (guest->root, "serial.txt", NULL);
  g_autofree char *port = g_build_filename (guest->root, "port.txt", NULL);
  g_autoptr (VzFileSerialPortAttachment)
    serial_log = vz_file_serial_port_attachment_new (serial, TRUE);
  g_autoptr (VzFileSerialPortAttachment) port_log = vz_file_serial_port_attachment_new (port, TRUE);

  devices_add_ports (guest, serial_log, port_log);
}

static void
add_disks (Guest *guest)
{
  g_autoptr (VzStorageDeviceAttachment) disk = devices_new_disk (guest, "disk.img");
  g_autoptr (VzStorageDeviceAttachment) stick = devices_new_disk (guest, "stick.img");

  devices_append (guest, "storage-devices", vz_virtio_block_device_configuration_new (disk));
  devices_append (guest, "storage-devices", vz_usb_mass_storage_device_configuration_new (stick));
}

static void
add_devices (Guest *guest)
{
  add_disks (guest);
  add_networks (guest);
  add_screen (guest);
  add_sound (guest);
  add_ports (guest);
  devices_append (guest, "usb-controllers", vz_xhci_controller_configuration_new ());
  devices_append (guest, "entropy-devices", vz_virtio_entropy_device_configuration_new ());
  devices_append (guest, "memory-balloon-devices",
                  vz_virtio_traditional_memory_balloon_device_configuration_new ());
}

static void
expect_after (Guest *guest, const char *line, const char *text)
{
  guest_say (guest, line);
  g_free (guest_expect (guest, text));
}

/* The guest gives memory back to the host. */
static void
use_balloon (Guest *guest)
{
  GPtrArray *devices = vz_virtual_machine_get_memory_balloon_devices (guest->machine);
  g_autoptr (GError) error = NULL;
  guint64 size = 0;

  g_assert_cmpuint (devices->len, ==, 1);
  vz_virtio_traditional_memory_balloon_device_request_memory_size (devices->pdata[0], TARGET, NULL,
                                                                   &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 1500 && size != TARGET; i++)
    {
      vz_virtio_traditional_memory_balloon_device_query_memory_size (devices->pdata[0], &size, NULL,
                                                                     &error);
      g_assert_no_error (error);
      g_usleep (20 * 1000);
    }
  g_assert_cmpuint (size, ==, TARGET);
}

static void
use_devices (Guest *guest, const char *when)
{
  g_autofree char *port = g_strdup_printf ("a port %s", when);
  g_autofree char *serial = g_strdup_printf ("a serial port %s", when);

  devices_check_disk (guest, "vda", "disk.img");
  devices_check_disk (guest, "sda", "stick.img");
  devices_check_port (guest, "org.example.port", "port.txt", port);
  devices_check_port (guest, "hvc0", "serial.txt", serial);
  guest_command (guest, "play 441");
  expect_after (guest, "macs", MAC_NAT);
  expect_after (guest, "macs", MAC_PRIVATE);
  expect_after (guest, "modes", "1280x800");
  expect_after (guest, "inputs", "QEMU USB Keyboard");
  expect_after (guest, "inputs", "QEMU USB Tablet");
  guest_command (guest, "wait-for /dev/hwrng");
}

static void
test_every_device (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64-sharing");
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  GuestReport before, after;

  if (guest == NULL)
    return;
  path = guest_dup_save_path (guest);
  add_devices (guest);
  g_assert_true (
    vz_virtual_machine_configuration_validate_save_restore_support (guest->configuration, &error));
  g_assert_no_error (error);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  guest_command (guest, "wait-for /dev/sda");
  guest_command (guest, "wait-for /dev/snd/controlC0");
  use_devices (guest, "before");
  before = guest_ask_report (guest);
  guest_pause_and_save (guest, path);

  guest_make_again (guest);
  vz_virtual_machine_restore_machine_state_from_file (guest->machine, path, NULL, NULL, &error);
  g_assert_no_error (error);
  vz_virtual_machine_resume (guest->machine, NULL, &error);
  g_assert_no_error (error);
  guest_connect (guest);
  after = guest_ask_report (guest);
  g_assert_cmpuint (after.count, >=, before.count); /* it has not rebooted */
  use_devices (guest, "after");
  use_balloon (guest);
  guest_stop (guest);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/save-devices/every-device", test_every_device);
  return g_test_run ();
}
