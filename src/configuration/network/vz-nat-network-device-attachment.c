/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/network/vz-nat-network-device-attachment.h"

#include "foundation/config/vz-field.h"

/**
 * VzNATNetworkDeviceAttachment:
 *
 * Connects a network device to the host's networks through address translation, without privileges.
 * Apple: `VZNATNetworkDeviceAttachment`; published ports are ours.
 *
 * ```c
 * g_autoptr (VzNATNetworkDeviceAttachment) nat = vz_nat_network_device_attachment_new ();
 * g_autoptr (VzVirtioNetworkDeviceConfiguration) device =
 *   vz_virtio_network_device_configuration_new ();
 *
 * vz_network_device_configuration_set_attachment (VZ_NETWORK_DEVICE_CONFIGURATION (device),
 *                                                 VZ_NETWORK_DEVICE_ATTACHMENT (nat));
 * ```
 *
 * QEMU: `-netdev user`, with `hostfwd` for each published port.
 *
 * Since: 0.1
 */
struct _VzNATNetworkDeviceAttachment {
  VzNetworkDeviceAttachment parent_instance;

  GPtrArray *published_ports; /* of VzPublishedPort */
};

static const VzField fields[] = {
  VZ_ARRAY ("published-ports", VzNATNetworkDeviceAttachment, published_ports,
            "guest ports that the host publishes on its loopback interface",
            vz_published_port_get_type),
};

VZ_DEFINE_CONFIG (VzNATNetworkDeviceAttachment, vz_nat_network_device_attachment,
                  VZ_TYPE_NETWORK_DEVICE_ATTACHMENT)

/**
 * vz_nat_network_device_attachment_new:
 *
 * Makes a NAT attachment.
 *
 * Returns: (transfer full): the NAT attachment
 */
VzNATNetworkDeviceAttachment *
vz_nat_network_device_attachment_new (void)
{
  return g_object_new (VZ_TYPE_NAT_NETWORK_DEVICE_ATTACHMENT, NULL);
}

VZ_ACCESS_ARRAY (VzNATNetworkDeviceAttachment, vz_nat_network_device_attachment, published_ports)
