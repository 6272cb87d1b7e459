/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/devices/vz-directory-sharing-device.h"

/**
 * VzDirectorySharingDevice:
 *
 * A device that shares folders with a machine's guest. Apple: `VZDirectorySharingDevice`.
 *
 * QEMU: see its subclass.
 *
 * Since: 0.1
 */
G_DEFINE_ABSTRACT_TYPE (VzDirectorySharingDevice, vz_directory_sharing_device, G_TYPE_OBJECT)

static void
vz_directory_sharing_device_class_init (VzDirectorySharingDeviceClass *klass)
{
}

static void
vz_directory_sharing_device_init (VzDirectorySharingDevice *self)
{
}
