/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/**
 * VzVirtualMachineState:
 * @VZ_VIRTUAL_MACHINE_STATE_STOPPED: not running
 * @VZ_VIRTUAL_MACHINE_STATE_RUNNING: the guest executes
 * @VZ_VIRTUAL_MACHINE_STATE_PAUSED: the guest is paused and can be resumed
 * @VZ_VIRTUAL_MACHINE_STATE_ERROR: stopped by a failure; can be started again
 * @VZ_VIRTUAL_MACHINE_STATE_STARTING: on the way to running
 * @VZ_VIRTUAL_MACHINE_STATE_PAUSING: on the way to paused
 * @VZ_VIRTUAL_MACHINE_STATE_RESUMING: on the way back to running
 * @VZ_VIRTUAL_MACHINE_STATE_STOPPING: on the way to stopped
 * @VZ_VIRTUAL_MACHINE_STATE_SAVING: the state is being saved
 * @VZ_VIRTUAL_MACHINE_STATE_RESTORING: a saved state is being restored
 *
 * What a machine is doing. Apple: `VZVirtualMachineState`, with the same values.
 */
typedef enum {
  VZ_VIRTUAL_MACHINE_STATE_STOPPED = 0,
  VZ_VIRTUAL_MACHINE_STATE_RUNNING = 1,
  VZ_VIRTUAL_MACHINE_STATE_PAUSED = 2,
  VZ_VIRTUAL_MACHINE_STATE_ERROR = 3,
  VZ_VIRTUAL_MACHINE_STATE_STARTING = 4,
  VZ_VIRTUAL_MACHINE_STATE_PAUSING = 5,
  VZ_VIRTUAL_MACHINE_STATE_RESUMING = 6,
  VZ_VIRTUAL_MACHINE_STATE_STOPPING = 7,
  VZ_VIRTUAL_MACHINE_STATE_SAVING = 8,
  VZ_VIRTUAL_MACHINE_STATE_RESTORING = 9,
} VzVirtualMachineState;

/**
 * VzClipboardState:
 * @VZ_CLIPBOARD_STATE_NOT_SHARED: the machine has no #VzSpiceAgentPortAttachment that shares it
 * @VZ_CLIPBOARD_STATE_NO_AGENT: the machine has one, but no Spice agent in the guest has opened its
 *   port
 * @VZ_CLIPBOARD_STATE_SHARED: the guest's agent is there
 *
 * Whether a machine's screen and its guest share the clipboard.
 */
typedef enum {
  VZ_CLIPBOARD_STATE_NOT_SHARED,
  VZ_CLIPBOARD_STATE_NO_AGENT,
  VZ_CLIPBOARD_STATE_SHARED,
} VzClipboardState;

G_END_DECLS
