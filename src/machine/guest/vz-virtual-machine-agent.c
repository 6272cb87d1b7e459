/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/guest/vz-agent-by-ssh.h"
#include "machine/vz-virtual-machine-private.h"
#include "qemu/agent/vz-guest-agent-private.h"

static gboolean
is_paused (GObject *object)
{
  return vz_virtual_machine_get_state (VZ_VIRTUAL_MACHINE (object)) ==
         VZ_VIRTUAL_MACHINE_STATE_PAUSED;
}

/**
 * vz_virtual_machine_get_guest_agent:
 * @self: a machine
 *
 * Returns: (transfer none) (nullable): the agent in the guest, usable while the machine runs; %NULL
 *   when the machine has no runtime directory
 */
VzGuestAgent *
vz_virtual_machine_get_guest_agent (VzVirtualMachine *self)
{
  VzGuestAgent *agent;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  g_mutex_lock (&self->agent_lock);
  if (self->agent == NULL)
    {
      g_autofree char *directory = vz_virtual_machine_dup_runtime_dir (self, NULL);

      if (directory != NULL)
        {
          self->agent = vz_guest_agent_new (directory);
          vz_guest_agent_set_owner (self->agent, G_OBJECT (self), is_paused, vz_agent_by_ssh_start);
        }
    }
  agent = self->agent;
  g_mutex_unlock (&self->agent_lock);
  return agent;
}
