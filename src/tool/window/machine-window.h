/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vz-gtk.h>

G_BEGIN_DECLS

/* A window with a machine's screen, a button for full screen and one for the desktop's keys. */
typedef struct _MachineWindow MachineWindow;

/* @close: called when the user wants to close it; it does not close by itself. */
MachineWindow *machine_window_new (const char *title, void (*close) (gpointer data), gpointer data);
void machine_window_free (MachineWindow *self);
/* @machine: a reference is kept. */
void machine_window_show_machine (MachineWindow *self, VzVirtualMachine *machine);

G_END_DECLS
