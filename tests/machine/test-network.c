/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "frames.h"

#include <sys/socket.h>
#include <unistd.h>

/* Guests' frames: to a program through its socket, and from one machine to another over a private
 * network. */

static void
add_device (Guest *guest, gpointer attachment)
{
  g_autoptr (VzVirtioNetworkDeviceConfiguration)
    device = vz_virtio_network_device_configuration_new ();
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();

  vz_network_device_configuration_set_attachment (VZ_NETWORK_DEVICE_CONFIGURATION (device),
                                                  VZ_NETWORK_DEVICE_ATTACHMENT (attachment));
  g_ptr_array_add (devices, device);
  vz_virtual_machine_configuration_set_network_devices (guest->configuration, devices);
  g_object_unref (attachment);
}

static void
start (Guest *guest)
{
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
}

static void
test_file_handle (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (VzFileHandle) handle = NULL;
  VzFileHandleNetworkDeviceAttachment *attachment;
  g_autofree char *mtu = NULL;
  int pair[2];

  if (guest == NULL)
    return;
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  handle = vz_file_handle_new (pair[0]);
  attachment = vz_file_handle_network_device_attachment_new (handle);
  vz_file_handle_network_device_attachment_set_maximum_transmission_unit (attachment, 9000);
  add_device (guest, attachment);
  start (guest);
  guest_command (guest, "mtus");
  mtu = guest_expect (guest, "eth0 ");
  g_assert_cmpstr (mtu, ==, "9000");
  frames_exchange (guest, pair[1]);
  guest_stop (guest);
  close (pair[1]);
}

static void
test_private_network (void)
{
  g_autoptr (Guest) first = guest_new ("x86_64");
  g_autoptr (Guest) second = first != NULL ? guest_new ("x86_64") : NULL;
  g_autofree char *name = g_strdup_printf ("test-%d", (int) getpid ());
  g_autofree char *heard = NULL;

  if (second == NULL)
    return;
  add_device (first, vz_vmnet_network_device_attachment_new (name));
  add_device (second, vz_vmnet_network_device_attachment_new (name));
  start (first);
  start (second);
  guest_say (first, "hear-frame eth0");
  g_free (guest_expect (first, "listening"));
  guest_command (second, "send-frame eth0 across");
  heard = guest_expect (first, "frame acr");
  g_assert_cmpstr (heard, ==, "oss");
  guest_stop (second);
  guest_stop (first);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network/file-handle", test_file_handle);
  g_test_add_func ("/network/private", test_private_network);
  return g_test_run ();
}
