/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

/**
 * VzGuestAgentStatus:
 * @VZ_GUEST_AGENT_STATUS_ABSENT: no agent serves the machine's port; the guest may still be booting
 * @VZ_GUEST_AGENT_STATUS_INSTALLED: the guest's own agent serves it
 * @VZ_GUEST_AGENT_STATUS_STARTED_OVER_SSH: an agent that vz started over SSH serves it, since the
 *   guest has none
 *
 * Which agent serves the machine's port. Not in Apple's framework.
 *
 * Since: 0.1
 */
typedef enum {
  VZ_GUEST_AGENT_STATUS_ABSENT,
  VZ_GUEST_AGENT_STATUS_INSTALLED,
  VZ_GUEST_AGENT_STATUS_STARTED_OVER_SSH,
} VzGuestAgentStatus;

VZ_PUBLIC
gboolean vz_virtual_machine_query_guest_agent (VzVirtualMachine *self,
                                               VzGuestAgentStatus *ret_status,
                                               GCancellable *cancellable, GError **error);

G_END_DECLS
