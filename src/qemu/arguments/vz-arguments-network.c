/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/arguments/vz-arguments.h"

#include "configuration/identity/vz-mac-address.h"
#include "configuration/network/vz-nat-network-device-attachment.h"
#include "configuration/network/vz-network-device-configuration.h"
#include "configuration/network/vz-published-port.h"

/* A host port of 0 stays 0: the kernel picks a free one, and
 * vz_virtual_machine_dup_published_ports() asks QEMU which. */
static void
add_nat (VzArguments *self, VzCommandLine *line, guint index, VzNATNetworkDeviceAttachment *nat)
{
  GPtrArray *ports = vz_nat_network_device_attachment_get_published_ports (nat);
  VzOption *netdev = vz_command_line_add (line, "-netdev", "user");

  vz_option_set_format (netdev, "id", "net%u", index);
  if (self->vmapple != NULL)
    vz_option_set (netdev, "ipv6", "off");
  for (guint i = 0; ports != NULL && i < ports->len; i++)
    {
      VzPublishedPort *port = g_ptr_array_index (ports, i);
      const char *protocol =
        vz_published_port_get_protocol (port) == VZ_PUBLISHED_PORT_PROTOCOL_UDP ? "udp" : "tcp";

      vz_option_set_format (netdev, "hostfwd", "%s:%s:%u-:%u", protocol,
                            vz_published_port_get_host_address (port),
                            vz_published_port_get_host_port (port),
                            vz_published_port_get_guest_port (port));
    }
}

gboolean
vz_arguments_add_network (VzArguments *self, VzCommandLine *line, GError **error)
{
  GPtrArray *devices = vz_virtual_machine_configuration_get_network_devices (self->configuration);

  for (guint i = 0; i < devices->len; i++)
    {
      VzNetworkDeviceConfiguration *network = g_ptr_array_index (devices, i);
      VzNetworkDeviceAttachment *attachment =
        vz_network_device_configuration_get_attachment (network);
      VzMACAddress *mac = vz_network_device_configuration_get_mac_address (network);
      VzOption *device;

      if (VZ_IS_NAT_NETWORK_DEVICE_ATTACHMENT (attachment))
        add_nat (self, line, i, VZ_NAT_NETWORK_DEVICE_ATTACHMENT (attachment));
      device = vz_command_line_add (line, "-device", "virtio-net-pci");
      if (attachment != NULL)
        vz_option_set_format (device, "netdev", "net%u", i);
      if (mac != NULL)
        {
          const char *text = vz_mac_address_to_string (mac);

          vz_option_set (device, "mac", text);
        }
      if (self->vmapple == NULL)
        vz_option_set (device, "romfile", ""); /* no network boot: its search costs seconds */
      if (!vz_arguments_place (self, device, VZ_SLOT_NETWORK, error))
        return FALSE;
    }
  return TRUE;
}
