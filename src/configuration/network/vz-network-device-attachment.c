/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/network/vz-network-device-attachment.h"

/**
 * VzNetworkDeviceAttachment:
 *
 * What a network device is connected to. Apple: `VZNetworkDeviceAttachment`.
 */
G_DEFINE_ABSTRACT_TYPE (VzNetworkDeviceAttachment, vz_network_device_attachment, VZ_TYPE_CONFIG)

static void
vz_network_device_attachment_class_init (VzNetworkDeviceAttachmentClass *klass)
{
}

static void
vz_network_device_attachment_init (VzNetworkDeviceAttachment *self)
{
}
