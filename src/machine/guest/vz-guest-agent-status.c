/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/guest/vz-guest-agent-status.h"

#include "machine/guest/vz-agent-by-ssh.h"
#include "machine/vz-virtual-machine-private.h"
#include "qemu/vz-port-labels.h"

/**
 * vz_virtual_machine_query_guest_agent:
 * @self: a machine
 * @ret_status: (out): which agent the guest has
 * @cancellable: (nullable): stops the wait for QEMU
 * @error: return location for an error, or %NULL
 *
 * Asks which agent [class@GuestAgent] talks to. The guest itself is not asked, and none is started.
 *
 * Returns: whether it is known; otherwise @error is code 3 (state) or one of asking QEMU
 *
 * Since: 0.1
 */
gboolean
vz_virtual_machine_query_guest_agent (VzVirtualMachine *self, VzGuestAgentStatus *ret_status,
                                      GCancellable *cancellable, GError **error)
{
  VzEngine *engine;
  VzPortState state;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && ret_status != NULL, FALSE);
  engine = vz_virtual_machine_get_running_engine (self, error);
  if (engine == NULL || !vz_engine_query_port (engine, VZ_AGENT_PORT, &state, cancellable, error))
    return FALSE;
  if (state != VZ_PORT_OPEN)
    *ret_status = VZ_GUEST_AGENT_STATUS_ABSENT;
  else
    *ret_status = vz_agent_by_ssh_is_used (self) ? VZ_GUEST_AGENT_STATUS_STARTED_OVER_SSH
                                                 : VZ_GUEST_AGENT_STATUS_INSTALLED;
  return TRUE;
}
