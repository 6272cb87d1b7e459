/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/network/vz-network-device-attachment.h"
#include "configuration/network/vz-published-port.h"

G_BEGIN_DECLS

#define VZ_TYPE_NAT_NETWORK_DEVICE_ATTACHMENT (vz_nat_network_device_attachment_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzNATNetworkDeviceAttachment, vz_nat_network_device_attachment, VZ,
                      NAT_NETWORK_DEVICE_ATTACHMENT, VzNetworkDeviceAttachment)

VZ_PUBLIC
VzNATNetworkDeviceAttachment *vz_nat_network_device_attachment_new (void);

VZ_PUBLIC
GPtrArray *
vz_nat_network_device_attachment_get_published_ports (VzNATNetworkDeviceAttachment *self);
VZ_PUBLIC
void vz_nat_network_device_attachment_set_published_ports (VzNATNetworkDeviceAttachment *self,
                                                           GPtrArray *published_ports);

G_END_DECLS
