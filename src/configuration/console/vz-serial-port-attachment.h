/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_SERIAL_PORT_ATTACHMENT (vz_serial_port_attachment_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzSerialPortAttachment, vz_serial_port_attachment, VZ,
                          SERIAL_PORT_ATTACHMENT, VzConfig)

/**
 * VzSerialPortAttachmentClass:
 *
 * The class of #VzSerialPortAttachment.
 */
struct _VzSerialPortAttachmentClass {
  VzConfigClass parent_class;
};

G_END_DECLS
