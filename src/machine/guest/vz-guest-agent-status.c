/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/guest/vz-guest-agent-status.h"

#include "foundation/vz-json.h"
#include "machine/vz-virtual-machine-private.h"
#include "qemu/agent/vz-guest-agent-private.h"
#include "qemu/vz-port-labels.h"

#define ANSWER_MS 1000
#define OURS "vz" /* VERSION of src/guest/agent.py */

/* An agent that does not know the query is not ours. */
static gboolean
ask_agent (VzGuestAgent *agent, VzGuestAgentStatus *ret_status, GCancellable *cancellable,
           GError **error)
{
  g_autoptr (JsonNode) answer = NULL;
  g_autoptr (GError) cause = NULL;
  const char *version = NULL;

  if (vz_guest_agent_call_within (agent, ANSWER_MS, "guest-info", NULL, cancellable, &answer,
                                  &cause))
    version = vz_json_get_string (vz_json_as_object (answer), "version");
  else if (!g_error_matches (cause, VZ_ERROR, VZ_ERROR_GUEST_AGENT))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  *ret_status = g_strcmp0 (version, OURS) == 0 ? VZ_GUEST_AGENT_STATUS_STARTED_OVER_SSH
                                               : VZ_GUEST_AGENT_STATUS_INSTALLED;
  return TRUE;
}

/**
 * vz_virtual_machine_query_guest_agent:
 * @self: a machine
 * @ret_status: (out): the kind of agent that the guest has
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Finds out which agent [class@GuestAgent] talks to. An agent that is there is asked for its name
 * and has a second to answer; none is started.
 *
 * Returns: whether the answer is known; otherwise @error is code 3 (state), %VZ_ERROR_TIMED_OUT
 *   when the agent is busy or the guest paused, or one from querying QEMU
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
  if (state == VZ_PORT_OPEN)
    return ask_agent (vz_virtual_machine_get_guest_agent (self), ret_status, cancellable, error);
  *ret_status = VZ_GUEST_AGENT_STATUS_ABSENT;
  return TRUE;
}
