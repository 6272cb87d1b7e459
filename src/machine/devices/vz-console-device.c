/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/devices/vz-console-device.h"

/**
 * VzConsoleDevice:
 *
 * A console device of a machine. Apple: `VZConsoleDevice`.
 *
 * QEMU: see its subclass.
 *
 * Since: 0.1
 */
G_DEFINE_ABSTRACT_TYPE (VzConsoleDevice, vz_console_device, G_TYPE_OBJECT)

static void
vz_console_device_class_init (VzConsoleDeviceClass *klass)
{
}

static void
vz_console_device_init (VzConsoleDevice *self)
{
}
