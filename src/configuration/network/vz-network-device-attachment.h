/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_NETWORK_DEVICE_ATTACHMENT (vz_network_device_attachment_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzNetworkDeviceAttachment, vz_network_device_attachment, VZ,
                          NETWORK_DEVICE_ATTACHMENT, VzConfig)

/**
 * VzNetworkDeviceAttachmentClass:
 *
 * The class of #VzNetworkDeviceAttachment.
 */
struct _VzNetworkDeviceAttachmentClass {
  VzConfigClass parent_class;
};

G_END_DECLS
