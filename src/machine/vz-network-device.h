/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/network/vz-network-device-attachment.h"
#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

#define VZ_TYPE_NETWORK_DEVICE (vz_network_device_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzNetworkDevice, vz_network_device, VZ, NETWORK_DEVICE, GObject)

VZ_PUBLIC
GPtrArray *vz_virtual_machine_get_network_devices (VzVirtualMachine *self);

VZ_PUBLIC
VzNetworkDeviceAttachment *vz_network_device_dup_attachment (VzNetworkDevice *self);
VZ_PUBLIC
void vz_network_device_set_attachment (VzNetworkDevice *self,
                                       VzNetworkDeviceAttachment *attachment);
VZ_PUBLIC
gboolean vz_network_device_change_attachment (VzNetworkDevice *self,
                                              VzNetworkDeviceAttachment *attachment,
                                              GCancellable *cancellable, GError **error);

G_END_DECLS
