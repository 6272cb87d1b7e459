/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/storage/vz-storage-device-attachment.h"

#include "foundation/config/vz-field.h"

/**
 * VzStorageDeviceAttachment:
 *
 * Where a storage device stores its data. Apple: `VZStorageDeviceAttachment`.
 *
 * QEMU: a `-blockdev`; see the subclasses for which one.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzStorageDeviceAttachment, vz_storage_device_attachment)
