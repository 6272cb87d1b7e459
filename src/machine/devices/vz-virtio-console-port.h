/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "configuration/console/vz-serial-port-attachment.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_CONSOLE_PORT (vz_virtio_console_port_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioConsolePort, vz_virtio_console_port, VZ, VIRTIO_CONSOLE_PORT, GObject)

VZ_PUBLIC
const char *vz_virtio_console_port_get_name (VzVirtioConsolePort *self);
VZ_PUBLIC
VzSerialPortAttachment *vz_virtio_console_port_dup_attachment (VzVirtioConsolePort *self);
VZ_PUBLIC
void vz_virtio_console_port_set_attachment (VzVirtioConsolePort *self,
                                            VzSerialPortAttachment *attachment);
VZ_PUBLIC
gboolean vz_virtio_console_port_change_attachment (VzVirtioConsolePort *self,
                                                   VzSerialPortAttachment *attachment,
                                                   GCancellable *cancellable, GError **error);

G_END_DECLS
