/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/network/vz-network-device-attachment.h"

G_BEGIN_DECLS

#define VZ_TYPE_VMNET_NETWORK_DEVICE_ATTACHMENT (vz_vmnet_network_device_attachment_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVmnetNetworkDeviceAttachment, vz_vmnet_network_device_attachment, VZ,
                      VMNET_NETWORK_DEVICE_ATTACHMENT, VzNetworkDeviceAttachment)

VZ_PUBLIC
VzVmnetNetworkDeviceAttachment *vz_vmnet_network_device_attachment_new (const char *network);
VZ_PUBLIC
const char *vz_vmnet_network_device_attachment_get_network (VzVmnetNetworkDeviceAttachment *self);
VZ_PUBLIC
void vz_vmnet_network_device_attachment_set_network (VzVmnetNetworkDeviceAttachment *self,
                                                     const char *network);

G_END_DECLS
