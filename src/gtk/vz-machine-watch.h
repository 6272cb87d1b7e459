/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>
#include <vz.h>

G_BEGIN_DECLS

/* Notifies GTK's thread of a machine's changes, whichever thread the machine reports them on. */
typedef struct _VzMachineWatch VzMachineWatch;

/* @machine: a reference is kept. @changed is called from GTK's main loop, until the watch ends. */
VzMachineWatch *vz_machine_watch_new (VzVirtualMachine *machine, void (*changed) (gpointer data),
                                      gpointer data);
void vz_machine_watch_end (VzMachineWatch *self);

G_END_DECLS
