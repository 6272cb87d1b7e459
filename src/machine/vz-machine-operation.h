/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/vz-virtual-machine-state.h"

G_BEGIN_DECLS

/* The operations on a machine. */
typedef enum {
  VZ_OPERATION_START,
  VZ_OPERATION_STOP,
  VZ_OPERATION_PAUSE,
  VZ_OPERATION_RESUME,
  VZ_OPERATION_REQUEST_STOP,
  VZ_OPERATION_SAVE,
  VZ_OPERATION_RESTORE,
  VZ_OPERATION_SEND_KEYS, /* ours */
  VZ_N_OPERATIONS,
} VzOperation;

#define VZ_N_STATES (VZ_VIRTUAL_MACHINE_STATE_RESTORING + 1)

const char *vz_operation_get_name (VzOperation operation);
gboolean vz_operation_is_allowed (VzOperation operation, VzVirtualMachineState state);
/* The same with an error: code 3 or 4, as in Apple's framework. */
gboolean vz_operation_check (VzOperation operation, VzVirtualMachineState state, GError **error);
const char *vz_virtual_machine_state_get_name (VzVirtualMachineState state);

G_END_DECLS
