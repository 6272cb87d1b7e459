/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/console/vz-serial-port-attachment.h"
#include "foundation/vz-file-handle.h"

G_BEGIN_DECLS

#define VZ_TYPE_FILE_HANDLE_SERIAL_PORT_ATTACHMENT \
  (vz_file_handle_serial_port_attachment_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzFileHandleSerialPortAttachment, vz_file_handle_serial_port_attachment, VZ,
                      FILE_HANDLE_SERIAL_PORT_ATTACHMENT, VzSerialPortAttachment)

VZ_PUBLIC
VzFileHandleSerialPortAttachment *
vz_file_handle_serial_port_attachment_new (VzFileHandle *file_handle_for_reading,
                                           VzFileHandle *file_handle_for_writing);

VZ_PUBLIC
VzFileHandle *vz_file_handle_serial_port_attachment_get_file_handle_for_reading (
  VzFileHandleSerialPortAttachment *self);
VZ_PUBLIC
void vz_file_handle_serial_port_attachment_set_file_handle_for_reading (
  VzFileHandleSerialPortAttachment *self, VzFileHandle *file_handle_for_reading);
VZ_PUBLIC
VzFileHandle *vz_file_handle_serial_port_attachment_get_file_handle_for_writing (
  VzFileHandleSerialPortAttachment *self);
VZ_PUBLIC
void vz_file_handle_serial_port_attachment_set_file_handle_for_writing (
  VzFileHandleSerialPortAttachment *self, VzFileHandle *file_handle_for_writing);

G_END_DECLS
