/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/console/vz-serial-port-attachment.h"

G_BEGIN_DECLS

#define VZ_TYPE_FILE_SERIAL_PORT_ATTACHMENT (vz_file_serial_port_attachment_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzFileSerialPortAttachment, vz_file_serial_port_attachment, VZ,
                      FILE_SERIAL_PORT_ATTACHMENT, VzSerialPortAttachment)

VZ_PUBLIC
VzFileSerialPortAttachment *vz_file_serial_port_attachment_new (const char *path, gboolean append);

VZ_PUBLIC
const char *vz_file_serial_port_attachment_get_path (VzFileSerialPortAttachment *self);
VZ_PUBLIC
void vz_file_serial_port_attachment_set_path (VzFileSerialPortAttachment *self, const char *path);
VZ_PUBLIC
gboolean vz_file_serial_port_attachment_get_append (VzFileSerialPortAttachment *self);
VZ_PUBLIC
void vz_file_serial_port_attachment_set_append (VzFileSerialPortAttachment *self, gboolean append);

G_END_DECLS
