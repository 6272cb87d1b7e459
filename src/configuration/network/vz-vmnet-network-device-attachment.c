/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/network/vz-vmnet-network-device-attachment.h"

#include "foundation/config/vz-field.h"

#include <string.h>

/**
 * VzVmnetNetworkDeviceAttachment:
 *
 * Connects a network device to a private network of machines on this host, which has a name and
 * needs no privileges. All machines of a user that name it are on it, and nothing else: no router,
 * no DHCP. Apple: `VZVmnetNetworkDeviceAttachment`, where the network is an object of another
 * framework.
 *
 * Frames travel as multicast on the host's loopback interface. They do not leave the host, but
 * other users of the host can read them.
 *
 * QEMU: `-netdev socket` with `mcast` and `localaddr=127.0.0.1`, with the group derived from name
 * and user.
 *
 * Since: 0.1
 */
struct _VzVmnetNetworkDeviceAttachment {
  VzNetworkDeviceAttachment parent_instance;

  char *network;
};

#define MAX_NAME 64

static const VzField fields[] = {
  VZ_STRING ("network", VzVmnetNetworkDeviceAttachment, network, "the name of the network",
             .flags = VZ_FIELD_REQUIRED),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzVmnetNetworkDeviceAttachment *self = VZ_VMNET_NETWORK_DEVICE_ATTACHMENT (config);

  if (self->network == NULL || *self->network == '\0')
    return;
  if (strlen (self->network) > MAX_NAME ||
      self->network[strspn (self->network, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-")] != '\0')
    vz_problems_add (problems, config, "network", self->network,
                     "must be 1 to %d letters, digits, '.', '_' and '-'", MAX_NAME);
}

VZ_DEFINE_CONFIG (VzVmnetNetworkDeviceAttachment, vz_vmnet_network_device_attachment,
                  VZ_TYPE_NETWORK_DEVICE_ATTACHMENT, .check = check)

/**
 * vz_vmnet_network_device_attachment_new:
 * @network: (nullable): the name of the network
 *
 * Makes an attachment to a private network.
 *
 * Returns: (transfer full): the attachment
 */
VzVmnetNetworkDeviceAttachment *
vz_vmnet_network_device_attachment_new (const char *network)
{
  return g_object_new (VZ_TYPE_VMNET_NETWORK_DEVICE_ATTACHMENT, "network", network, NULL);
}

VZ_ACCESS_STRING (VzVmnetNetworkDeviceAttachment, vz_vmnet_network_device_attachment, network)
