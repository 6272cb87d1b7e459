/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-mac-address.h"
#include "configuration/network/vz-network-device-attachment.h"
#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_NETWORK_DEVICE_CONFIGURATION (vz_network_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzNetworkDeviceConfiguration, vz_network_device_configuration, VZ,
                          NETWORK_DEVICE_CONFIGURATION, VzConfig)

/**
 * VzNetworkDeviceConfigurationClass:
 *
 * The class of #VzNetworkDeviceConfiguration.
 */
struct _VzNetworkDeviceConfigurationClass {
  VzConfigClass parent_class;
};

VZ_PUBLIC
VzMACAddress *vz_network_device_configuration_get_mac_address (VzNetworkDeviceConfiguration *self);
VZ_PUBLIC
void vz_network_device_configuration_set_mac_address (VzNetworkDeviceConfiguration *self,
                                                      VzMACAddress *mac_address);
VZ_PUBLIC
VzNetworkDeviceAttachment *
vz_network_device_configuration_get_attachment (VzNetworkDeviceConfiguration *self);
VZ_PUBLIC
void vz_network_device_configuration_set_attachment (VzNetworkDeviceConfiguration *self,
                                                     VzNetworkDeviceAttachment *attachment);

G_END_DECLS
