/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/devices/vz-console-device.h"
#include "machine/devices/vz-virtio-console-port-array.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_CONSOLE_DEVICE (vz_virtio_console_device_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioConsoleDevice, vz_virtio_console_device, VZ, VIRTIO_CONSOLE_DEVICE,
                      VzConsoleDevice)

VZ_PUBLIC
VzVirtioConsolePortArray *vz_virtio_console_device_get_ports (VzVirtioConsoleDevice *self);

G_END_DECLS
