/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* How long a guest is waited for that is still booting; on a slow host a minute is normal. */
#define RUNNING_AGENT_TIMEOUT_MS (120 * 1000)

/* A bundle whose machine runs, as the commands see it that did not start it. */
typedef struct {
  VzBundle *bundle;
  VzMachineIdentifier *identifier;
  VzVirtualMachine *machine;
  gboolean recovered; /* it was cleaned up */
  char *
    name; /* how the user can call it in another command: "" for the default bundle, else " NAME" */
} Running;

/* Connects to the machine of the bundle @argument; INVALID_VIRTUAL_MACHINE_STATE when it does not
 * run. What a program has left that was killed while it saved or restored the machine is cleaned
 * up, and said. */
gboolean running_open (Running *self, const char *argument, GError **error);
/* FALSE, with what @self, whose machine does not run, is instead: BUSY when somebody else uses it.
 */
gboolean running_fail_at_rest (Running *self, GError **error);
/* The same for what needs a guest that can answer: BUSY, with what lets it go on, when it is
 * paused. */
gboolean running_open_awake (Running *self, const char *argument, GError **error);
/* As running_open_awake() for one that is open. */
gboolean running_check_awake (const Running *self, GCancellable *cancellable, GError **error);
/* The same, but without a machine when it does not run. */
gboolean running_open_if_running (Running *self, const char *argument, GError **error);
void running_clear (Running *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Running, running_clear)

/* Only looks what there is: nothing is connected to, and nothing cleaned up. */
gboolean running_open_bundle (Running *self, const char *argument, GError **error);

/* " NAME" to put behind "vz console" in a hint; "" for ~/VM.bundle. */
char *running_dup_hint_name (VzBundle *bundle);

G_END_DECLS
