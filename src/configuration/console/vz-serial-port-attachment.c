/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-serial-port-attachment.h"

/**
 * VzSerialPortAttachment:
 *
 * Where the bytes of a serial port go and come from. Apple: `VZSerialPortAttachment`.
 */
G_DEFINE_ABSTRACT_TYPE (VzSerialPortAttachment, vz_serial_port_attachment, VZ_TYPE_CONFIG)

static void
vz_serial_port_attachment_class_init (VzSerialPortAttachmentClass *klass)
{
}

static void
vz_serial_port_attachment_init (VzSerialPortAttachment *self)
{
}
