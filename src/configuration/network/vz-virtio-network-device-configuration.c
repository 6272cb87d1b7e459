/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/network/vz-virtio-network-device-configuration.h"

#include "configuration/identity/vz-values.h"
#include "configuration/network/vz-bridged-network-device-attachment.h"
#include "foundation/config/vz-field.h"
#include "foundation/host/vz-network-interface.h"

/**
 * VzVirtioNetworkDeviceConfiguration:
 *
 * A virtio network device. Apple: `VZVirtioNetworkDeviceConfiguration`.
 *
 * QEMU: `virtio-net-pci`.
 *
 * Since: 0.1
 */
struct _VzVirtioNetworkDeviceConfiguration {
  VzNetworkDeviceConfiguration parent_instance;

  VzMACAddress *mac_address;
  VzNetworkDeviceAttachment *attachment;
};

static const VzField fields[] = {
  VZ_VALUE ("mac-address", VzVirtioNetworkDeviceConfiguration, mac_address,
            "the address, six hexadecimal bytes with colons, unicast; a random one by default",
            vz_mac_address_get_type, &vz_mac_address_value, .flags = VZ_FIELD_REQUIRED),
  VZ_OBJECT ("attachment", VzVirtioNetworkDeviceConfiguration, attachment,
             "what the device is connected to", vz_network_device_attachment_get_type,
             .flags = VZ_FIELD_REQUIRED),
};

#define ZERO "00:00:00:00:00:00"

/* A macvtap interface gets no frames for any other address than its own. */
static void
check_interface (VzVirtioNetworkDeviceConfiguration *self, VzProblems *problems)
{
  VzBridgedNetworkInterface *interface = NULL;
  const char *name = NULL;
  const char *address = vz_mac_address_to_string (self->mac_address);
  g_autofree char *own = NULL;

  if (VZ_IS_BRIDGED_NETWORK_DEVICE_ATTACHMENT (self->attachment))
    interface = vz_bridged_network_device_attachment_get_interface (
      VZ_BRIDGED_NETWORK_DEVICE_ATTACHMENT (self->attachment));
  if (interface != NULL)
    name = vz_bridged_network_interface_get_identifier (interface);
  if (name == NULL || vz_network_interface_get_kind (name) != VZ_NETWORK_INTERFACE_MACVTAP)
    return;
  own = vz_network_interface_dup_attribute (name, "address");
  if (own != NULL && g_ascii_strcasecmp (own, address) != 0)
    vz_problems_add (problems, VZ_CONFIG (self), "mac-address", address,
                     "must be '%s', the address of the interface %s; or root can change that: 'ip "
                     "link set %s address %s'",
                     own, name, name, address);
}

static void
check (VzConfig *config, VzProblems *problems)
{
  VzVirtioNetworkDeviceConfiguration *self = VZ_VIRTIO_NETWORK_DEVICE_CONFIGURATION (config);

  if (self->mac_address != NULL && !vz_mac_address_is_unicast (self->mac_address))
    vz_problems_add (problems, config, "mac-address", vz_mac_address_to_string (self->mac_address),
                     "must be a unicast address: the second digit must be even");
  if (self->mac_address != NULL && g_str_equal (vz_mac_address_to_string (self->mac_address), ZERO))
    vz_problems_add (problems, config, "mac-address", ZERO, "must not be all zeros");
  if (self->mac_address != NULL)
    check_interface (self, problems);
}

static void
init (VzConfig *config)
{
  VzVirtioNetworkDeviceConfiguration *self = VZ_VIRTIO_NETWORK_DEVICE_CONFIGURATION (config);

  self->mac_address = vz_mac_address_new_random_locally_administered ();
}

VZ_DEFINE_CONFIG (VzVirtioNetworkDeviceConfiguration, vz_virtio_network_device_configuration,
                  VZ_TYPE_NETWORK_DEVICE_CONFIGURATION, .init = init, .check = check)

/**
 * vz_virtio_network_device_configuration_new:
 *
 * Makes a virtio network device.
 *
 * Returns: (transfer full): the virtio network device
 */
VzVirtioNetworkDeviceConfiguration *
vz_virtio_network_device_configuration_new (void)
{
  return g_object_new (VZ_TYPE_VIRTIO_NETWORK_DEVICE_CONFIGURATION, NULL);
}
