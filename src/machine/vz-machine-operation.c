/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-machine-operation.h"

#include "foundation/vz-fail.h"

#define IN(state) (1u << VZ_VIRTUAL_MACHINE_STATE_##state)

/* Apple's table: the states in which each operation is allowed. None is in a state that ends in
 * "ing". */
static const struct {
  const char *name;
  guint states;
  VzError code;
} operations[] = {
  [VZ_OPERATION_START] = { "start", IN (STOPPED) | IN (ERROR),
                           VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION },
  [VZ_OPERATION_STOP] = { "stop", IN (RUNNING) | IN (PAUSED),
                          VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION },
  [VZ_OPERATION_PAUSE] = { "pause", IN (RUNNING),
                           VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION },
  [VZ_OPERATION_RESUME] = { "resume", IN (PAUSED),
                            VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION },
  [VZ_OPERATION_REQUEST_STOP] = { "request to stop", IN (RUNNING),
                                  VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE },
  [VZ_OPERATION_SAVE] = { "save", IN (PAUSED), VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE },
  [VZ_OPERATION_RESTORE] = { "restore", IN (STOPPED),
                             VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION },
  [VZ_OPERATION_SEND_KEYS] = { "send keys to", IN (RUNNING),
                               VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE },
};
_Static_assert(G_N_ELEMENTS (operations) == VZ_N_OPERATIONS, "a row for each operation");

static const char *const state_names[] = {
  [VZ_VIRTUAL_MACHINE_STATE_STOPPED] = "stopped",
  [VZ_VIRTUAL_MACHINE_STATE_RUNNING] = "running",
  [VZ_VIRTUAL_MACHINE_STATE_PAUSED] = "paused",
  [VZ_VIRTUAL_MACHINE_STATE_ERROR] = "error",
  [VZ_VIRTUAL_MACHINE_STATE_STARTING] = "starting",
  [VZ_VIRTUAL_MACHINE_STATE_PAUSING] = "pausing",
  [VZ_VIRTUAL_MACHINE_STATE_RESUMING] = "resuming",
  [VZ_VIRTUAL_MACHINE_STATE_STOPPING] = "stopping",
  [VZ_VIRTUAL_MACHINE_STATE_SAVING] = "saving",
  [VZ_VIRTUAL_MACHINE_STATE_RESTORING] = "restoring",
};
_Static_assert(G_N_ELEMENTS (state_names) == VZ_N_STATES, "a name for each state");

const char *
vz_operation_get_name (VzOperation operation)
{
  return operations[operation].name;
}

const char *
vz_virtual_machine_state_get_name (VzVirtualMachineState state)
{
  return state_names[state];
}

gboolean
vz_operation_is_allowed (VzOperation operation, VzVirtualMachineState state)
{
  return (operations[operation].states & (1u << state)) != 0;
}

gboolean
vz_operation_check (VzOperation operation, VzVirtualMachineState state, GError **error)
{
  return vz_operation_is_allowed (operation, state) ||
         vz_fail (error, operations[operation].code, "cannot %s a machine in state '%s'",
                  operations[operation].name, state_names[state]);
}
