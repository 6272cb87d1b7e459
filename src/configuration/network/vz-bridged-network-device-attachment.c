/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/network/vz-bridged-network-device-attachment.h"

#include "foundation/config/vz-field.h"

/**
 * VzBridgedNetworkDeviceAttachment:
 *
 * Connects a network device to an interface of the host, so that the guest is on the host's
 * network. Apple: `VZBridgedNetworkDeviceAttachment`, for which a program needs an entitlement.
 * Here the user needs permission. For a bridge: a line `allow br0` in /etc/qemu/bridge.conf, and
 * QEMU's helper set to run as root. For a macvtap interface: to read and write its device file,
 * /dev/tapN with its index; its address must be that of the network device, since Linux delivers it
 * no other frames, and it serves one machine at a time. The host itself cannot be reached over a
 * macvtap interface.
 *
 * QEMU: `-netdev tap` with a descriptor that `qemu-bridge-helper` has opened; vz runs it, since
 * QEMU's sandbox does not let it start programs. Or with a descriptor of the device file.
 *
 * Since: 0.1
 */
struct _VzBridgedNetworkDeviceAttachment {
  VzNetworkDeviceAttachment parent_instance;

  VzBridgedNetworkInterface *interface;
};

static const VzField fields[] = {
  VZ_OBJECT ("interface", VzBridgedNetworkDeviceAttachment, interface,
             "the bridge or macvtap interface", vz_bridged_network_interface_get_type,
             .flags = VZ_FIELD_REQUIRED),
};

VZ_DEFINE_CONFIG (VzBridgedNetworkDeviceAttachment, vz_bridged_network_device_attachment,
                  VZ_TYPE_NETWORK_DEVICE_ATTACHMENT)

/**
 * vz_bridged_network_device_attachment_new:
 * @interface: (nullable): the bridge or macvtap interface
 *
 * Makes an attachment to an interface of the host.
 *
 * Returns: (transfer full): the attachment
 */
VzBridgedNetworkDeviceAttachment *
vz_bridged_network_device_attachment_new (VzBridgedNetworkInterface *interface)
{
  return g_object_new (VZ_TYPE_BRIDGED_NETWORK_DEVICE_ATTACHMENT, "interface", interface, NULL);
}

VZ_ACCESS_OBJECT (VzBridgedNetworkInterface, VzBridgedNetworkDeviceAttachment,
                  vz_bridged_network_device_attachment, interface)
