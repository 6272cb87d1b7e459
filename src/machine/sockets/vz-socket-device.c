/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/sockets/vz-socket-device.h"

/**
 * VzSocketDevice:
 *
 * A socket device of a machine. Apple: `VZSocketDevice`.
 *
 * QEMU: see its subclass.
 *
 * Since: 0.1
 */
G_DEFINE_ABSTRACT_TYPE (VzSocketDevice, vz_socket_device, G_TYPE_OBJECT)

static void
vz_socket_device_class_init (VzSocketDeviceClass *klass)
{
}

static void
vz_socket_device_init (VzSocketDevice *self)
{
}
