/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/vz-machine-operation.h"
#include "qemu/engine/vz-engine.h"

G_BEGIN_DECLS

/* What a VzVirtualMachine shares with the engine's threads: its state and the current run. It
 * outlives the object if a thread still needs it, and never keeps the object alive. */
typedef struct _VzMachineCore VzMachineCore;

/* What is reported to the owner. */
typedef enum {
  VZ_MACHINE_CHANGED, /* the state */
  VZ_MACHINE_ENDED, /* the run has ended, with an error or without */
  VZ_MACHINE_DISK_FAILED, /* the guest is paused because a disk could not be written */
} VzMachineNews;

/* Called on the main context that was the thread's default when the core was created. @device:
 * QEMU's name for the device concerned, or NULL. @error: may be NULL. */
typedef void (*VzMachineTold) (GObject *owner, VzMachineNews news, const char *device,
                               const GError *error);

/* For a device that needs more events. Both may be NULL. */
typedef struct {
  void (*begun) (VzEngine *engine, gpointer device); /* a run has begun; called on the thread that
                                                      * began it */
  /* What QEMU reports about itself, as in VzEngineCallbacks. */
  void (*event) (const char *name, JsonObject *data, gpointer device);
} VzMachineListener;

VzMachineCore *vz_machine_core_new (GObject *owner, VzMachineTold told);
void vz_machine_core_unref (VzMachineCore *self);

/* Permanent; keeps a reference to @device. @listener is borrowed for as long. */
void vz_machine_core_add_listener (VzMachineCore *self, const VzMachineListener *listener,
                                   GObject *device);

/* Calls @call with the owner on the main context on which notifications are emitted, unless the
 * owner is gone by then; @destroy, which may be NULL, is called in any case. */
void vz_machine_core_invoke (VzMachineCore *self, void (*call) (GObject *owner, gpointer data),
                             gpointer data, GDestroyNotify destroy);
GMainContext *vz_machine_core_get_context (VzMachineCore *self);

VzVirtualMachineState vz_machine_core_get_state (VzMachineCore *self);
/* Checks that @operation is allowed and enters @state, atomically. */
gboolean vz_machine_core_begin (VzMachineCore *self, VzOperation operation,
                                VzVirtualMachineState state, VzVirtualMachineState *ret_before,
                                GError **error);
/* Leaves @from, an "ing" state, unless the run has ended in the meantime. */
void vz_machine_core_leave (VzMachineCore *self, VzVirtualMachineState from,
                            VzVirtualMachineState to);
/* The same, to running or paused, whichever the guest is now. */
void vz_machine_core_leave_to_guest (VzMachineCore *self, VzVirtualMachineState from);
/* Takes ownership of a run that has begun, and enters the guest's state unless the run has already
 * ended. NULL releases the last run. */
void vz_machine_core_take_engine (VzMachineCore *self, VzEngine *engine);
/* The current run, or NULL. It lasts until the next start or the core's end. */
VzEngine *vz_machine_core_get_engine (VzMachineCore *self);
/* Waits until the state is no longer @state, or for @timeout_ms. FALSE only if cancelled. */
gboolean vz_machine_core_wait_change (VzMachineCore *self, VzVirtualMachineState state,
                                      int timeout_ms, GCancellable *cancellable, GError **error);
/* Waits until the machine is stopped. FALSE if it ended with an error, or the wait failed. */
gboolean vz_machine_core_wait_stopped (VzMachineCore *self, int timeout_ms,
                                       GCancellable *cancellable, GError **error);

G_END_DECLS
