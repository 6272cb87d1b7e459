/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/console/vz-serial-port-attachment.h"

G_BEGIN_DECLS

#define VZ_TYPE_SOCKET_SERIAL_PORT_ATTACHMENT (vz_socket_serial_port_attachment_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzSocketSerialPortAttachment, vz_socket_serial_port_attachment, VZ,
                      SOCKET_SERIAL_PORT_ATTACHMENT, VzSerialPortAttachment)

VZ_PUBLIC
VzSocketSerialPortAttachment *vz_socket_serial_port_attachment_new (const char *path);

VZ_PUBLIC
const char *vz_socket_serial_port_attachment_get_path (VzSocketSerialPortAttachment *self);
VZ_PUBLIC
void vz_socket_serial_port_attachment_set_path (VzSocketSerialPortAttachment *self,
                                                const char *path);

G_END_DECLS
