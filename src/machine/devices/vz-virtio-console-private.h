/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/devices/vz-virtio-console-device.h"
#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

/* @index: of its configuration among the machine's. */
VzConsoleDevice *vz_virtio_console_device_new (VzVirtualMachine *machine, guint index);
VzVirtioConsolePortArray *vz_virtio_console_port_array_new (VzVirtualMachine *machine,
                                                            guint device);
/* The port with that number of that device. */
VzVirtioConsolePort *vz_virtio_console_port_new (VzVirtualMachine *machine, guint device,
                                                 guint number);
/* QEMU's name for it. */
const char *vz_virtio_console_port_get_id (VzVirtioConsolePort *self);

G_END_DECLS
