/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/network/vz-network-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzNetworkDeviceConfiguration:
 *
 * A network device. Apple: `VZNetworkDeviceConfiguration`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzNetworkDeviceConfiguration, vz_network_device_configuration)

/**
 * vz_network_device_configuration_get_mac_address:
 * @self: a network device
 *
 * Returns: (transfer none) (nullable): the address; a random locally administered one by default
 */
/**
 * vz_network_device_configuration_set_mac_address:
 * @self: a network device
 * @mac_address: (nullable): the address; a random locally administered one by default
 *
 * Sets what vz_network_device_configuration_get_mac_address() returns.
 */
VZ_ACCESS_INHERITED_OBJECT (VzMACAddress, VzNetworkDeviceConfiguration,
                            vz_network_device_configuration, mac_address, "mac-address")

/**
 * vz_network_device_configuration_get_attachment:
 * @self: a network device
 *
 * Returns: (transfer none) (nullable): what the device is connected to; required, initially %NULL
 */
/**
 * vz_network_device_configuration_set_attachment:
 * @self: a network device
 * @attachment: (nullable): what the device is connected to; required, initially %NULL
 *
 * Sets what vz_network_device_configuration_get_attachment() returns.
 */
VZ_ACCESS_INHERITED_OBJECT (VzNetworkDeviceAttachment, VzNetworkDeviceConfiguration,
                            vz_network_device_configuration, attachment, "attachment")
