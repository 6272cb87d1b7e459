/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/boot/vz-mac-os-virtual-machine-start-options.h"

#include "foundation/config/vz-field.h"

/**
 * VzMacOSVirtualMachineStartOptions:
 *
 * How a macOS guest is started this once. Apple: `VZMacOSVirtualMachineStartOptions`. Validation
 * refuses what this host cannot do.
 */
struct _VzMacOSVirtualMachineStartOptions {
  VzVirtualMachineStartOptions parent_instance;

  gboolean start_up_from_mac_os_recovery;
};

G_DEFINE_FINAL_TYPE (VzMacOSVirtualMachineStartOptions, vz_mac_os_virtual_machine_start_options,
                     VZ_TYPE_VIRTUAL_MACHINE_START_OPTIONS)

enum { PROP_START_UP_FROM_MAC_OS_RECOVERY = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_BOOL ("start-up-from-mac-os-recovery", VzMacOSVirtualMachineStartOptions,
           start_up_from_mac_os_recovery, "start the guest's recovery system"),
};
_Static_assert(G_N_ELEMENTS (fields) == N_PROPS - 1, "a row for each property");

static void
check (VzConfig *config, VzProblems *problems)
{
  if (VZ_MAC_OS_VIRTUAL_MACHINE_START_OPTIONS (config)->start_up_from_mac_os_recovery)
    vz_problems_add (problems, config, "start-up-from-mac-os-recovery", "true",
                     "must be false: macOS and its recovery start only on Apple's hosts, QEMU has "
                     "no board for them");
}

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
  .check = check,
};

static void
vz_mac_os_virtual_machine_start_options_class_init (VzMacOSVirtualMachineStartOptionsClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_mac_os_virtual_machine_start_options_init (VzMacOSVirtualMachineStartOptions *self)
{
}

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

/**
 * vz_mac_os_virtual_machine_start_options_get_start_up_from_mac_os_recovery:
 * @self: options
 *
 * Returns: whether the guest's recovery system is started; validation refuses it
 */
/**
 * vz_mac_os_virtual_machine_start_options_set_start_up_from_mac_os_recovery:
 * @self: options
 * @start_up_from_mac_os_recovery: whether the guest's recovery system is started; validation
 * refuses it
 *
 * Sets what vz_mac_os_virtual_machine_start_options_get_start_up_from_mac_os_recovery() returns.
 */
VZ_ACCESS_NUMBER (gboolean, VzMacOSVirtualMachineStartOptions,
                  vz_mac_os_virtual_machine_start_options,
                  VZ_IS_MAC_OS_VIRTUAL_MACHINE_START_OPTIONS, start_up_from_mac_os_recovery,
                  PROP_START_UP_FROM_MAC_OS_RECOVERY)
