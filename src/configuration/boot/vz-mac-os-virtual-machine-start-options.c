/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/boot/vz-mac-os-virtual-machine-start-options.h"

#include "foundation/config/vz-field.h"

/**
 * VzMacOSVirtualMachineStartOptions:
 *
 * The options for a single start of a macOS guest. Apple: `VZMacOSVirtualMachineStartOptions`.
 * Validation rejects what this host cannot do.
 *
 * QEMU: nothing; validation rejects starting recovery.
 *
 * Since: 0.1
 */
struct _VzMacOSVirtualMachineStartOptions {
  VzVirtualMachineStartOptions parent_instance;

  gboolean start_up_from_mac_os_recovery;
};

static const VzField fields[] = {
  VZ_BOOL ("start-up-from-mac-os-recovery", VzMacOSVirtualMachineStartOptions,
           start_up_from_mac_os_recovery,
           "whether the guest's recovery system is started; validation refuses it"),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  if (VZ_MAC_OS_VIRTUAL_MACHINE_START_OPTIONS (config)->start_up_from_mac_os_recovery)
    vz_problems_add (problems, config, "start-up-from-mac-os-recovery", "true",
                     "must be false: macOS and its recovery start only on Apple's hosts; QEMU has "
                     "no board for them");
}

VZ_DEFINE_CONFIG (VzMacOSVirtualMachineStartOptions, vz_mac_os_virtual_machine_start_options,
                  VZ_TYPE_VIRTUAL_MACHINE_START_OPTIONS, .check = check)

/**
 * vz_mac_os_virtual_machine_start_options_new:
 *
 * Makes options that change nothing.
 *
 * Returns: (transfer full): the options
 */
VzMacOSVirtualMachineStartOptions *
vz_mac_os_virtual_machine_start_options_new (void)
{
  return g_object_new (VZ_TYPE_MAC_OS_VIRTUAL_MACHINE_START_OPTIONS, NULL);
}

VZ_ACCESS_NUMBER (gboolean, VzMacOSVirtualMachineStartOptions,
                  vz_mac_os_virtual_machine_start_options, start_up_from_mac_os_recovery)
