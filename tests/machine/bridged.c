/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bridged.h"
#include "frames.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

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

void
bridged_exchange (Guest *guest, const char *wire)
{
  struct sockaddr_ll place = { .sll_family = AF_PACKET,
                               .sll_protocol = htons (FRAMES_PROTOCOL),
                               .sll_ifindex = (int) if_nametoindex (wire) };
  int fd = socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons (FRAMES_PROTOCOL));

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &place, sizeof place), ==, 0);
  frames_exchange (guest, fd);
  close (fd);
}
