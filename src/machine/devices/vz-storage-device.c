/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/devices/vz-storage-device.h"

/**
 * VzStorageDevice:
 *
 * A storage device of a running machine. Apple: `VZStorageDevice`.
 *
 * QEMU: see its subclass.
 *
 * Since: 0.1
 */
G_DEFINE_ABSTRACT_TYPE (VzStorageDevice, vz_storage_device, G_TYPE_OBJECT)

static void
vz_storage_device_class_init (VzStorageDeviceClass *klass)
{
}

static void
vz_storage_device_init (VzStorageDevice *self)
{
}
