/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/arguments/vz-arguments.h"

#include "configuration/identity/vz-mac-address.h"
#include "configuration/network/vz-bridged-network-device-attachment.h"
#include "configuration/network/vz-file-handle-network-device-attachment.h"
#include "configuration/network/vz-nat-network-device-attachment.h"
#include "configuration/network/vz-network-device-configuration.h"
#include "configuration/network/vz-published-port.h"
#include "configuration/network/vz-vmnet-network-device-attachment.h"
#include "foundation/config/vz-problems.h"
#include "foundation/vz-fail.h"

#include <unistd.h>

#define DEFAULT_MTU 1500

/* A host port of 0 stays 0: the kernel picks a free one, and
 * vz_virtual_machine_dup_published_ports() asks QEMU which. */
char *
vz_arguments_dup_forward (VzPublishedPort *port)
{
  gboolean is_udp = vz_published_port_get_protocol (port) == VZ_PUBLISHED_PORT_PROTOCOL_UDP;

  return g_strdup_printf ("%s:%s:%u-:%u", is_udp ? "udp" : "tcp",
                          vz_published_port_get_host_address (port),
                          vz_published_port_get_host_port (port),
                          vz_published_port_get_guest_port (port));
}

static void
add_nat (VzArguments *self, VzCommandLine *line, const char *id, VzNATNetworkDeviceAttachment *nat)
{
  GPtrArray *ports = vz_nat_network_device_attachment_get_published_ports (nat);
  VzOption *netdev = vz_command_line_add (line, "-netdev", "user");

  vz_option_set (netdev, "id", id);
  if (self->vmapple != NULL)
    vz_option_set (netdev, "ipv6", "off");
  for (guint i = 0; ports != NULL && i < ports->len; i++)
    {
      g_autofree char *forward = vz_arguments_dup_forward (ports->pdata[i]);

      vz_option_set (netdev, "hostfwd", forward);
    }
}

/* Machines of one user that name the same network get the same group, and those of another user a
 * different one. */
char *
vz_arguments_dup_private_network (const char *name)
{
  g_autofree char *text = g_strdup_printf ("vz-network %u %s", (guint) getuid (), name);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize size = sizeof digest;

  g_checksum_update (sum, (const guchar *) text, -1);
  g_checksum_get_digest (sum, digest, &size);
  /* 239.192.0.0/14 is for traffic within an organization; the port is unassigned. */
  return g_strdup_printf ("239.%u.%u.%u:%u", 192u + digest[0] % 4u, digest[1], digest[2],
                          20000u + (digest[3] << 8 | digest[4]) % 10000u);
}

static void
add_private_network (VzCommandLine *line, const char *id, const char *name)
{
  g_autofree char *group = vz_arguments_dup_private_network (name);
  VzOption *netdev = vz_command_line_add (line, "-netdev", "socket");

  vz_option_set (netdev, "id", id);
  vz_option_set (netdev, "mcast", group);
  vz_option_set (netdev, "localaddr", VZ_PRIVATE_NETWORK_ADDRESS);
}

static gboolean
add_descriptor (VzArguments *self, VzCommandLine *line, const char *id,
                VzNetworkDeviceAttachment *attachment, GError **error)
{
  gboolean is_tap = VZ_IS_BRIDGED_NETWORK_DEVICE_ATTACHMENT (attachment);
  int fd = self->open_network (attachment, self->user_data, error);
  VzOption *netdev;

  if (fd < 0)
    return FALSE;
  netdev = vz_command_line_add (line, "-netdev", is_tap ? "tap" : "dgram");
  vz_option_set (netdev, "id", id);
  if (!is_tap)
    vz_option_set (netdev, "local.type", "fd");
  vz_option_set_format (netdev, is_tap ? "fd" : "local.str", "%d", fd);
  return TRUE;
}

static gboolean
add_attachment (VzArguments *self, VzCommandLine *line, const char *id,
                VzNetworkDeviceAttachment *attachment, GError **error)
{
  if (VZ_IS_NAT_NETWORK_DEVICE_ATTACHMENT (attachment))
    add_nat (self, line, id, VZ_NAT_NETWORK_DEVICE_ATTACHMENT (attachment));
  else if (VZ_IS_VMNET_NETWORK_DEVICE_ATTACHMENT (attachment))
    add_private_network (line, id,
                         vz_vmnet_network_device_attachment_get_network (
                           VZ_VMNET_NETWORK_DEVICE_ATTACHMENT (attachment)));
  else if (VZ_IS_FILE_HANDLE_NETWORK_DEVICE_ATTACHMENT (attachment) ||
           VZ_IS_BRIDGED_NETWORK_DEVICE_ATTACHMENT (attachment))
    return add_descriptor (self, line, id, attachment, error);
  else
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "QEMU does not support a %s",
                    vz_problems_kind_of (attachment));
  return TRUE;
}

/* A bridge has no hub before it, as that would disable features that only a bridge's end has and
 * the guest uses. */
static gboolean
connect_device (VzArguments *self, VzCommandLine *line, guint index,
                VzNetworkDeviceAttachment *attachment, GError **error)
{
  gboolean has_hub = self->has_hubs && !VZ_IS_BRIDGED_NETWORK_DEVICE_ATTACHMENT (attachment);
  g_autofree char *id = g_strdup_printf (has_hub ? VZ_NETWORK_BACKEND : "net%u", index);
  VzOption *hub;

  if (!add_attachment (self, line, id, attachment, error))
    return FALSE;
  for (guint i = 0; has_hub && i < 2; i++)
    {
      hub = vz_command_line_add (line, "-netdev", "hubport");
      vz_option_set_format (hub, "id", i == 0 ? "net%u" : VZ_NETWORK_PORT, index);
      vz_option_set_number (hub, "hubid", index);
      if (i == 1)
        vz_option_set (hub, "netdev", id);
    }
  return TRUE;
}

static guint
mtu_of (VzNetworkDeviceAttachment *attachment)
{
  return VZ_IS_FILE_HANDLE_NETWORK_DEVICE_ATTACHMENT (attachment)
           ? vz_file_handle_network_device_attachment_get_maximum_transmission_unit (
               VZ_FILE_HANDLE_NETWORK_DEVICE_ATTACHMENT (attachment))
           : DEFAULT_MTU;
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

      if (attachment != NULL && !connect_device (self, line, i, attachment, error))
        return FALSE;
      device = vz_command_line_add (line, "-device", "virtio-net-pci");
      if (attachment != NULL)
        vz_option_set_format (device, "netdev", "net%u", i);
      if (mac != NULL)
        {
          const char *text = vz_mac_address_to_string (mac);

          vz_option_set (device, "mac", text);
        }
      if (mtu_of (attachment) != DEFAULT_MTU)
        vz_option_set_format (device, "host_mtu", "%u", mtu_of (attachment));
      if (self->vmapple == NULL)
        vz_option_set (device, "romfile", ""); /* no network boot: its search costs seconds */
      if (!vz_arguments_place (self, device, VZ_SLOT_NETWORK, error))
        return FALSE;
    }
  return TRUE;
}
