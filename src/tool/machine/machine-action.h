/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* What can be done to a machine that runs, from wherever it is watched: its console's menu, its
 * page, its window's end. */
typedef struct {
  VzVirtualMachine *machine; /* borrowed */
  VzBundle *bundle; /* borrowed */
  gboolean is_unfinished; /* the bundle is being made: the machine cannot be saved in it */
} MachineAction;

/* @name: "pause", "resume", "save" (and stop), "stop" (asks the guest and waits) or "switch-off".
 * Blocks; @data is a MachineAction. @progress, which may be NULL, is told of a save.
 * INVALID_ARGUMENT for another name. */
gboolean machine_action_run (const char *name, gpointer data, VzProgress *progress,
                             GCancellable *cancellable, GError **error);

/* Asks the guest to stop, again every few seconds, since one that is still booting loses the press
 * of its power button. TRUE when it has stopped, and when it has not at @deadline (monotonic time).
 * A guest that pauses meanwhile has met a full disk: FALSE, and @error says so. */
gboolean machine_action_ask_to_stop (VzVirtualMachine *machine, gint64 deadline,
                                     GCancellable *cancellable, GError **error);

/* Lets a guest that is paused go on, since only one that does can be asked to stop. */
gboolean machine_action_wake (VzVirtualMachine *machine, gboolean *ret_woken,
                              GCancellable *cancellable, GError **error);

G_END_DECLS
