/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/storage/vz-disk-synchronization-mode.h"
#include "configuration/storage/vz-storage-device-attachment.h"

G_BEGIN_DECLS

/**
 * VZ_NETWORK_BLOCK_DEVICE_TIMEOUT:
 *
 * The number of seconds for which a #VzNetworkBlockDeviceStorageDeviceAttachment waits for its
 * server by default. Apple does not document its own number. Not in Apple's framework.
 */
#define VZ_NETWORK_BLOCK_DEVICE_TIMEOUT 20

#define VZ_TYPE_NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT \
  (vz_network_block_device_storage_device_attachment_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzNetworkBlockDeviceStorageDeviceAttachment,
                      vz_network_block_device_storage_device_attachment, VZ,
                      NETWORK_BLOCK_DEVICE_STORAGE_DEVICE_ATTACHMENT, VzStorageDeviceAttachment)

VZ_PUBLIC
VzNetworkBlockDeviceStorageDeviceAttachment *
vz_network_block_device_storage_device_attachment_new (const char *url);
VZ_PUBLIC
VzNetworkBlockDeviceStorageDeviceAttachment *
vz_network_block_device_storage_device_attachment_new_full (
  const char *url, guint timeout, gboolean forced_read_only,
  VzDiskSynchronizationMode synchronization_mode);
VZ_PUBLIC
gboolean vz_network_block_device_storage_device_attachment_validate_url (const char *url,
                                                                         GError **error);

VZ_PUBLIC
const char *vz_network_block_device_storage_device_attachment_get_url (
  VzNetworkBlockDeviceStorageDeviceAttachment *self);
VZ_PUBLIC
void vz_network_block_device_storage_device_attachment_set_url (
  VzNetworkBlockDeviceStorageDeviceAttachment *self, const char *url);
VZ_PUBLIC
guint vz_network_block_device_storage_device_attachment_get_timeout (
  VzNetworkBlockDeviceStorageDeviceAttachment *self);
VZ_PUBLIC
void vz_network_block_device_storage_device_attachment_set_timeout (
  VzNetworkBlockDeviceStorageDeviceAttachment *self, guint timeout);
VZ_PUBLIC
gboolean vz_network_block_device_storage_device_attachment_get_forced_read_only (
  VzNetworkBlockDeviceStorageDeviceAttachment *self);
VZ_PUBLIC
void vz_network_block_device_storage_device_attachment_set_forced_read_only (
  VzNetworkBlockDeviceStorageDeviceAttachment *self, gboolean forced_read_only);
VZ_PUBLIC
VzDiskSynchronizationMode
vz_network_block_device_storage_device_attachment_get_synchronization_mode (
  VzNetworkBlockDeviceStorageDeviceAttachment *self);
VZ_PUBLIC
void vz_network_block_device_storage_device_attachment_set_synchronization_mode (
  VzNetworkBlockDeviceStorageDeviceAttachment *self,
  VzDiskSynchronizationMode synchronization_mode);

G_END_DECLS
