/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTUAL_MACHINE_START_OPTIONS (vz_virtual_machine_start_options_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzVirtualMachineStartOptions, vz_virtual_machine_start_options, VZ,
                          VIRTUAL_MACHINE_START_OPTIONS, VzConfig)

/**
 * VzVirtualMachineStartOptionsClass:
 *
 * The class of #VzVirtualMachineStartOptions.
 */
struct _VzVirtualMachineStartOptionsClass {
  VzConfigClass parent_class;
};

G_END_DECLS
