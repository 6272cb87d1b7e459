/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/boot/vz-virtual-machine-start-options.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtualMachineStartOptions:
 *
 * The options for a single start of a machine. Apple: `VZVirtualMachineStartOptions`.
 *
 * QEMU: nothing specific.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzVirtualMachineStartOptions, vz_virtual_machine_start_options)
