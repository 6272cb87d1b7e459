/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-storage-device-attachment.h"

/**
 * VzStorageDeviceAttachment:
 *
 * What a storage device stores its data in. Apple: `VZStorageDeviceAttachment`.
 */
G_DEFINE_ABSTRACT_TYPE (VzStorageDeviceAttachment, vz_storage_device_attachment, VZ_TYPE_CONFIG)

static void
vz_storage_device_attachment_class_init (VzStorageDeviceAttachmentClass *klass)
{
}

static void
vz_storage_device_attachment_init (VzStorageDeviceAttachment *self)
{
}
