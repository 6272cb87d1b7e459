/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/storage/vz-network-block-device-storage-device-attachment.h"

G_BEGIN_DECLS

/* Emit the signals on @self and on the object that it was copied from. */
void vz_network_block_device_tell_connected (VzNetworkBlockDeviceStorageDeviceAttachment *self);
void vz_network_block_device_tell_error (VzNetworkBlockDeviceStorageDeviceAttachment *self,
                                         const GError *error);

G_END_DECLS
