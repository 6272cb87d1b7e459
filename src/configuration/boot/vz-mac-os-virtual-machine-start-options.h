/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/boot/vz-virtual-machine-start-options.h"

G_BEGIN_DECLS

#define VZ_TYPE_MAC_OS_VIRTUAL_MACHINE_START_OPTIONS \
  (vz_mac_os_virtual_machine_start_options_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzMacOSVirtualMachineStartOptions, vz_mac_os_virtual_machine_start_options,
                      VZ, MAC_OS_VIRTUAL_MACHINE_START_OPTIONS, VzVirtualMachineStartOptions)

VZ_PUBLIC
VzMacOSVirtualMachineStartOptions *vz_mac_os_virtual_machine_start_options_new (void);

VZ_PUBLIC
gboolean vz_mac_os_virtual_machine_start_options_get_start_up_from_mac_os_recovery (
  VzMacOSVirtualMachineStartOptions *self);
VZ_PUBLIC
void vz_mac_os_virtual_machine_start_options_set_start_up_from_mac_os_recovery (
  VzMacOSVirtualMachineStartOptions *self, gboolean start_up_from_mac_os_recovery);

G_END_DECLS
