/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/network/vz-network-device-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_NETWORK_DEVICE_CONFIGURATION \
  (vz_virtio_network_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioNetworkDeviceConfiguration, vz_virtio_network_device_configuration,
                      VZ, VIRTIO_NETWORK_DEVICE_CONFIGURATION, VzNetworkDeviceConfiguration)

VZ_PUBLIC
VzVirtioNetworkDeviceConfiguration *vz_virtio_network_device_configuration_new (void);

G_END_DECLS
