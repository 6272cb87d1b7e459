/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/network/vz-network-device-attachment.h"

#include "foundation/config/vz-field.h"

/**
 * VzNetworkDeviceAttachment:
 *
 * What a network device is connected to. Apple: `VZNetworkDeviceAttachment`.
 *
 * QEMU: a `-netdev`; see the subclasses for which one.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzNetworkDeviceAttachment, vz_network_device_attachment)
