/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/devices/vz-memory-balloon-device.h"

/**
 * VzMemoryBalloonDevice:
 *
 * A memory balloon of a machine, which changes the guest's memory while the machine runs. Apple:
 * `VZMemoryBalloonDevice`.
 *
 * QEMU: see its subclass.
 *
 * Since: 0.1
 */
G_DEFINE_ABSTRACT_TYPE (VzMemoryBalloonDevice, vz_memory_balloon_device, G_TYPE_OBJECT)

static void
vz_memory_balloon_device_class_init (VzMemoryBalloonDeviceClass *klass)
{
}

static void
vz_memory_balloon_device_init (VzMemoryBalloonDevice *self)
{
}
