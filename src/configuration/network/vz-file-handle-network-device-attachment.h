/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/network/vz-network-device-attachment.h"
#include "foundation/vz-file-handle.h"

G_BEGIN_DECLS

#define VZ_TYPE_FILE_HANDLE_NETWORK_DEVICE_ATTACHMENT \
  (vz_file_handle_network_device_attachment_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzFileHandleNetworkDeviceAttachment, vz_file_handle_network_device_attachment,
                      VZ, FILE_HANDLE_NETWORK_DEVICE_ATTACHMENT, VzNetworkDeviceAttachment)

VZ_PUBLIC
VzFileHandleNetworkDeviceAttachment *
vz_file_handle_network_device_attachment_new (VzFileHandle *file_handle);
VZ_PUBLIC
VzFileHandle *vz_file_handle_network_device_attachment_get_file_handle (
  VzFileHandleNetworkDeviceAttachment *self);
VZ_PUBLIC
void
vz_file_handle_network_device_attachment_set_file_handle (VzFileHandleNetworkDeviceAttachment *self,
                                                          VzFileHandle *file_handle);
VZ_PUBLIC
guint vz_file_handle_network_device_attachment_get_maximum_transmission_unit (
  VzFileHandleNetworkDeviceAttachment *self);
VZ_PUBLIC
void vz_file_handle_network_device_attachment_set_maximum_transmission_unit (
  VzFileHandleNetworkDeviceAttachment *self, guint maximum_transmission_unit);

G_END_DECLS
