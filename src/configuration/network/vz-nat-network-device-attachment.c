/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/network/vz-nat-network-device-attachment.h"

#include "foundation/config/vz-field.h"

/**
 * VzNATNetworkDeviceAttachment:
 *
 * Connects a network device to the host's networks by address translation, without privileges.
 * Apple: `VZNATNetworkDeviceAttachment`; published ports are ours.
 */
struct _VzNATNetworkDeviceAttachment {
  VzNetworkDeviceAttachment parent_instance;

  GPtrArray *published_ports; /* of VzPublishedPort */
};

G_DEFINE_FINAL_TYPE (VzNATNetworkDeviceAttachment, vz_nat_network_device_attachment,
                     VZ_TYPE_NETWORK_DEVICE_ATTACHMENT)

enum { PROP_PUBLISHED_PORTS = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_ARRAY ("published-ports", VzNATNetworkDeviceAttachment, published_ports,
            "guest ports that the host offers on its loopback interface",
            vz_published_port_get_type),
};

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
};

static void
vz_nat_network_device_attachment_class_init (VzNATNetworkDeviceAttachmentClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_nat_network_device_attachment_init (VzNATNetworkDeviceAttachment *self)
{
}

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

/**
 * vz_nat_network_device_attachment_get_published_ports:
 * @self: a NAT attachment
 *
 * Returns: (transfer none) (element-type VzPublishedPort): guest ports that the host offers on
 *   its loopback interface; not to be changed
 */
/**
 * vz_nat_network_device_attachment_set_published_ports:
 * @self: a NAT attachment
 * @published_ports: (nullable) (element-type VzPublishedPort): guest ports that the host offers
 *   on its loopback interface; copied; %NULL means none
 *
 * Sets what vz_nat_network_device_attachment_get_published_ports() returns.
 */
VZ_ACCESS_ARRAY (VzNATNetworkDeviceAttachment, vz_nat_network_device_attachment,
                 VZ_IS_NAT_NETWORK_DEVICE_ATTACHMENT, published_ports, PROP_PUBLISHED_PORTS)
