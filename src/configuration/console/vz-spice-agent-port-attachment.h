/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/console/vz-serial-port-attachment.h"

G_BEGIN_DECLS

/**
 * VZ_SPICE_AGENT_PORT_NAME:
 *
 * The name of the virtio console port through which a guest's Spice agent is reached. Apple:
 * `spiceAgentPortName`.
 */
#define VZ_SPICE_AGENT_PORT_NAME "com.redhat.spice.0"

#define VZ_TYPE_SPICE_AGENT_PORT_ATTACHMENT (vz_spice_agent_port_attachment_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzSpiceAgentPortAttachment, vz_spice_agent_port_attachment, VZ,
                      SPICE_AGENT_PORT_ATTACHMENT, VzSerialPortAttachment)

VZ_PUBLIC
VzSpiceAgentPortAttachment *vz_spice_agent_port_attachment_new (void);

VZ_PUBLIC
gboolean vz_spice_agent_port_attachment_get_shares_clipboard (VzSpiceAgentPortAttachment *self);
VZ_PUBLIC
void vz_spice_agent_port_attachment_set_shares_clipboard (VzSpiceAgentPortAttachment *self,
                                                          gboolean shares_clipboard);

G_END_DECLS
