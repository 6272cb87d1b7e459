/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* A bundle with a running machine, for commands that did not start it. */
typedef struct {
  VzBundle *bundle;
  VzMachineIdentifier *identifier;
  VzVirtualMachine *machine;
  gboolean recovered; /* it was cleaned up */
  char *name; /* how to refer to it in another command: "" for the default bundle, else " NAME" */
} Running;

/* Connects to the machine of the bundle @argument; INVALID_VIRTUAL_MACHINE_STATE if it is not
 * running. Cleans up after a program that was killed while saving or restoring the machine, and
 * says so. */
gboolean running_open (Running *self, const char *argument, GError **error);
/* FALSE, with the state of @self, whose machine is not running: BUSY if it is otherwise in use. */
gboolean running_fail_at_rest (Running *self, GError **error);
/* The same for commands that need a responsive guest: BUSY, with how to resume it, if it is
 * paused. */
gboolean running_open_awake (Running *self, const char *argument, GError **error);
/* As running_open_awake() for one that is already open. */
gboolean running_check_awake (const Running *self, GCancellable *cancellable, GError **error);
/* The same, but without a machine if it is not running. */
gboolean running_open_if_running (Running *self, const char *argument, GError **error);
/* Waits for the agent of a guest that may still be booting, and says so on a terminal once that
 * takes a while. To be called in a tool_wait(). */
gboolean running_wait_agent (VzGuestAgent *agent, GCancellable *cancellable, GError **error);
void running_clear (Running *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Running, running_clear)

/* Only looks: connects to nothing and cleans up nothing. */
gboolean running_open_bundle (Running *self, const char *argument, GError **error);

/* " NAME" to append to "vz console" in a hint; "" for ~/VM.bundle. */
char *running_dup_hint_name (VzBundle *bundle);

G_END_DECLS
