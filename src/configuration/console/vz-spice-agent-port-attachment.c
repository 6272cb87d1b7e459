/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-spice-agent-port-attachment.h"

#include "foundation/config/vz-field.h"

/**
 * VzSpiceAgentPortAttachment:
 *
 * Joins a port with the Spice agent in the guest (`spice-vdagent`), which shares its clipboard.
 * Goes with a #VzVirtioConsolePortConfiguration of the name %VZ_SPICE_AGENT_PORT_NAME, one in a
 * machine. Apple: `VZSpiceAgentPortAttachment`.
 *
 * The host's side of the clipboard is whoever looks at the machine's screen by VNC. A machine with
 * it cannot be saved: QEMU 7.2 does not write the state of its agent's peer.
 */
struct _VzSpiceAgentPortAttachment {
  VzSerialPortAttachment parent_instance;

  gboolean shares_clipboard;
};

G_DEFINE_FINAL_TYPE (VzSpiceAgentPortAttachment, vz_spice_agent_port_attachment,
                     VZ_TYPE_SERIAL_PORT_ATTACHMENT)

enum { PROP_SHARES_CLIPBOARD = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_BOOL ("shares-clipboard", VzSpiceAgentPortAttachment, shares_clipboard,
           "text that is copied on one side can be pasted on the other", .def = TRUE),
};
_Static_assert(G_N_ELEMENTS (fields) == N_PROPS - 1, "a row for each property");

static void
check_save_restore (VzConfig *config, VzProblems *problems)
{
  vz_problems_add (problems, config, "type", vz_problems_kind_of (config),
                   "must not be there: QEMU cannot save what it shares with the guest's agent");
}

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
  .check_save_restore = check_save_restore,
};

static void
vz_spice_agent_port_attachment_class_init (VzSpiceAgentPortAttachmentClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_spice_agent_port_attachment_init (VzSpiceAgentPortAttachment *self)
{
}

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

/**
 * vz_spice_agent_port_attachment_get_shares_clipboard:
 * @self: a Spice agent attachment
 *
 * Returns: whether text that is copied on one side can be pasted on the other; %TRUE unless set
 * otherwise
 */
/**
 * vz_spice_agent_port_attachment_set_shares_clipboard:
 * @self: a Spice agent attachment
 * @shares_clipboard: whether text that is copied on one side can be pasted on the other
 *
 * Sets what vz_spice_agent_port_attachment_get_shares_clipboard() returns.
 */
VZ_ACCESS_NUMBER (gboolean, VzSpiceAgentPortAttachment, vz_spice_agent_port_attachment,
                  VZ_IS_SPICE_AGENT_PORT_ATTACHMENT, shares_clipboard, PROP_SHARES_CLIPBOARD)
