/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/network/vz-bridged-network-interface.h"
#include "configuration/network/vz-network-device-attachment.h"

G_BEGIN_DECLS

#define VZ_TYPE_BRIDGED_NETWORK_DEVICE_ATTACHMENT (vz_bridged_network_device_attachment_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzBridgedNetworkDeviceAttachment, vz_bridged_network_device_attachment, VZ,
                      BRIDGED_NETWORK_DEVICE_ATTACHMENT, VzNetworkDeviceAttachment)

VZ_PUBLIC
VzBridgedNetworkDeviceAttachment *
vz_bridged_network_device_attachment_new (VzBridgedNetworkInterface *interface);
VZ_PUBLIC
VzBridgedNetworkInterface *
vz_bridged_network_device_attachment_get_interface (VzBridgedNetworkDeviceAttachment *self);
VZ_PUBLIC
void vz_bridged_network_device_attachment_set_interface (VzBridgedNetworkDeviceAttachment *self,
                                                         VzBridgedNetworkInterface *interface);

G_END_DECLS
