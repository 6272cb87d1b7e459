/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bridged.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PROTOCOL 0x88b5 /* experimental: of the frames that the guest sends and receives */
#define HEAD 14

void
bridged_add_device (Guest *guest, const char *interface, const char *mac)
{
  g_autoptr (VzVirtioNetworkDeviceConfiguration)
    device = vz_virtio_network_device_configuration_new ();
  g_autoptr (VzMACAddress) address = vz_mac_address_new_from_string (mac);
  g_autoptr (VzBridgedNetworkInterface) host = vz_bridged_network_interface_new (interface);
  g_autoptr (VzBridgedNetworkDeviceAttachment)
    attachment = vz_bridged_network_device_attachment_new (host);
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();

  g_object_set (device, "mac-address", address, "attachment", attachment, NULL);
  g_ptr_array_add (devices, device);
  vz_virtual_machine_configuration_set_network_devices (guest->configuration, devices);
}

static int
open_wire (const char *wire)
{
  struct timeval limit = { .tv_sec = 120 };
  struct sockaddr_ll place = { .sll_family = AF_PACKET,
                               .sll_protocol = htons (PROTOCOL),
                               .sll_ifindex = (int) if_nametoindex (wire) };
  int fd = socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons (PROTOCOL));

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &place, sizeof place), ==, 0);
  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), ==, 0);
  return fd;
}

void
bridged_exchange (Guest *guest, const char *wire)
{
  static const char answer[] = "\xff\xff\xff\xff\xff\xff\x02\0\0\0\0\x01\x88\xb5"
                               "from the host";
  char frame[2000] = "";
  g_autofree char *heard = NULL;
  int fd = open_wire (wire);

  guest_command (guest, "send-frame eth0 from the guest");
  g_assert_cmpint (recv (fd, frame, sizeof frame - 1, 0), >, HEAD);
  g_assert_cmpstr (frame + HEAD, ==, "from the guest");
  guest_say (guest, "hear-frame eth0");
  g_free (guest_expect (guest, "listening"));
  g_assert_cmpint (send (fd, answer, sizeof answer, 0), ==, sizeof answer);
  heard = guest_expect (guest, "frame from");
  g_assert_cmpstr (heard, ==, "the host");
  close (fd);
}
