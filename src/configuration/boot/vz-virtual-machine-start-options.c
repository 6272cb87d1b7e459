/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/boot/vz-virtual-machine-start-options.h"

/**
 * VzVirtualMachineStartOptions:
 *
 * How a machine is started this once. Apple: `VZVirtualMachineStartOptions`.
 */
G_DEFINE_ABSTRACT_TYPE (VzVirtualMachineStartOptions, vz_virtual_machine_start_options,
                        VZ_TYPE_CONFIG)

static void
vz_virtual_machine_start_options_class_init (VzVirtualMachineStartOptionsClass *klass)
{
}

static void
vz_virtual_machine_start_options_init (VzVirtualMachineStartOptions *self)
{
}
