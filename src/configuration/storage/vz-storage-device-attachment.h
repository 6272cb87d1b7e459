/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_STORAGE_DEVICE_ATTACHMENT (vz_storage_device_attachment_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzStorageDeviceAttachment, vz_storage_device_attachment, VZ,
                          STORAGE_DEVICE_ATTACHMENT, VzConfig)

/**
 * VzStorageDeviceAttachmentClass:
 *
 * The class of #VzStorageDeviceAttachment.
 */
struct _VzStorageDeviceAttachmentClass {
  VzConfigClass parent_class;
};

G_END_DECLS
