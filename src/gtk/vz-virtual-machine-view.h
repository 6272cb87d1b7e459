/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>
#include <vz.h>

G_BEGIN_DECLS

#define VZ_TYPE_VIRTUAL_MACHINE_VIEW (vz_virtual_machine_view_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtualMachineView, vz_virtual_machine_view, VZ, VIRTUAL_MACHINE_VIEW,
                      GtkBin)

VZ_PUBLIC
GtkWidget *vz_virtual_machine_view_new (void);
VZ_PUBLIC
VzVirtualMachine *vz_virtual_machine_view_get_virtual_machine (VzVirtualMachineView *self);
VZ_PUBLIC
void vz_virtual_machine_view_set_virtual_machine (VzVirtualMachineView *self,
                                                  VzVirtualMachine *virtual_machine);
VZ_PUBLIC
gboolean vz_virtual_machine_view_get_captures_system_keys (VzVirtualMachineView *self);
VZ_PUBLIC
void vz_virtual_machine_view_set_captures_system_keys (VzVirtualMachineView *self,
                                                       gboolean captures_system_keys);
VZ_PUBLIC
gboolean
vz_virtual_machine_view_get_automatically_reconfigures_display (VzVirtualMachineView *self);
VZ_PUBLIC
void vz_virtual_machine_view_set_automatically_reconfigures_display (
  VzVirtualMachineView *self, gboolean automatically_reconfigures_display);

G_END_DECLS
