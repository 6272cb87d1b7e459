/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/devices/vz-virtio-console-port.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_CONSOLE_PORT_ARRAY (vz_virtio_console_port_array_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioConsolePortArray, vz_virtio_console_port_array, VZ,
                      VIRTIO_CONSOLE_PORT_ARRAY, GObject)

VZ_PUBLIC
guint vz_virtio_console_port_array_get_maximum_port_count (VzVirtioConsolePortArray *self);
VZ_PUBLIC
VzVirtioConsolePort *vz_virtio_console_port_array_get_port (VzVirtioConsolePortArray *self,
                                                            guint index);

G_END_DECLS
