/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* Actions on a running machine, from wherever it is watched: its console's menu, its page, its
 * window. */
typedef struct {
  VzVirtualMachine *machine; /* borrowed */
  VzBundle *bundle; /* borrowed */
  gboolean is_unfinished; /* the bundle is under construction: the machine cannot be saved in it */
} MachineAction;

/* @name: "pause", "resume", "save" (and stop), "stop" (asks the guest and waits) or "switch-off".
 * Blocks; @data is a MachineAction. @progress, which may be NULL, shows a save. INVALID_ARGUMENT
 * for another name. */
gboolean machine_action_run (const char *name, gpointer data, VzProgress *progress,
                             GCancellable *cancellable, GError **error);

/* Asks the guest to stop, repeatedly every few seconds, since a booting guest misses its power
 * button. TRUE if it has stopped, and if it has not by @deadline (monotonic time). A guest that
 * pauses meanwhile has hit a full disk: FALSE, and @error says so. */
gboolean machine_action_ask_to_stop (VzVirtualMachine *machine, gint64 deadline,
                                     GCancellable *cancellable, GError **error);

/* Resumes a paused guest, since only a running one can be asked to stop. */
gboolean machine_action_wake (VzVirtualMachine *machine, gboolean *ret_woken,
                              GCancellable *cancellable, GError **error);

G_END_DECLS
