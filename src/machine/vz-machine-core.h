/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/vz-machine-operation.h"
#include "qemu/vz-engine.h"

G_BEGIN_DECLS

/* What a VzVirtualMachine shares with the engine's threads: its state and the run under way. It
 * outlives the object when a thread still needs it, and never keeps the object alive. */
typedef struct _VzMachineCore VzMachineCore;

/* Called on the main context that was the thread's default when the core was made. @ended: the run
 * is over, with @error or well; otherwise only the state has changed. */
typedef void (*VzMachineChanged) (GObject *owner, gboolean ended, const GError *error);

VzMachineCore *vz_machine_core_new (GObject *owner, VzMachineChanged changed);
void vz_machine_core_unref (VzMachineCore *self);

VzVirtualMachineState vz_machine_core_get_state (VzMachineCore *self);
/* Checks that @operation is allowed and enters @state, in one step. */
gboolean vz_machine_core_begin (VzMachineCore *self, VzOperation operation,
                                VzVirtualMachineState state, VzVirtualMachineState *ret_before,
                                GError **error);
void vz_machine_core_set_state (VzMachineCore *self, VzVirtualMachineState state);
/* Takes over a run that has begun, and enters @state unless the run is over already. */
void vz_machine_core_take_engine (VzMachineCore *self, VzEngine *engine,
                                  VzVirtualMachineState state);
/* The run under way, or NULL. It lasts until the next start or the core's end. */
VzEngine *vz_machine_core_get_engine (VzMachineCore *self);
/* Waits until the machine is stopped. FALSE when it ended with an error, or with one of waiting. */
gboolean vz_machine_core_wait_stopped (VzMachineCore *self, int timeout_ms,
                                       GCancellable *cancellable, GError **error);

G_END_DECLS
