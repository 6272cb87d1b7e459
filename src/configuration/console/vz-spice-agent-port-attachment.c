/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-spice-agent-port-attachment.h"

#include "foundation/config/vz-field.h"

/**
 * VzSpiceAgentPortAttachment:
 *
 * Connects a port to the Spice agent in the guest (`spice-vdagent`), which shares the guest's
 * clipboard. It belongs to a #VzVirtioConsolePortConfiguration with the name
 * %VZ_SPICE_AGENT_PORT_NAME, at most one per machine. Apple: `VZSpiceAgentPortAttachment`.
 *
 * On the host, the clipboard is shared with the VNC clients that show the machine's screen. A
 * machine with this attachment cannot be saved: QEMU 7.2 does not write the state of its agent's
 * peer.
 *
 * QEMU: `-chardev qemu-vdagent`.
 *
 * Since: 0.1
 */
struct _VzSpiceAgentPortAttachment {
  VzSerialPortAttachment parent_instance;

  gboolean shares_clipboard;
};

static const VzField fields[] = {
  VZ_BOOL ("shares-clipboard", VzSpiceAgentPortAttachment, shares_clipboard,
           "whether text copied on one side can be pasted on the other", .def = TRUE),
};

static void
check_save_restore (VzConfig *config, VzProblems *problems)
{
  vz_problems_add (problems, config, "type", vz_problems_kind_of (config),
                   "must be absent: QEMU cannot save what it shares with the guest's agent");
}

VZ_DEFINE_CONFIG (VzSpiceAgentPortAttachment, vz_spice_agent_port_attachment,
                  VZ_TYPE_SERIAL_PORT_ATTACHMENT, .check_save_restore = check_save_restore)

/**
 * vz_spice_agent_port_attachment_new:
 *
 * Makes an attachment to the guest's Spice agent that shares the clipboard.
 *
 * Returns: (transfer full): the Spice agent attachment
 */
VzSpiceAgentPortAttachment *
vz_spice_agent_port_attachment_new (void)
{
  return g_object_new (VZ_TYPE_SPICE_AGENT_PORT_ATTACHMENT, NULL);
}

VZ_ACCESS_NUMBER (gboolean, VzSpiceAgentPortAttachment, vz_spice_agent_port_attachment,
                  shares_clipboard)
