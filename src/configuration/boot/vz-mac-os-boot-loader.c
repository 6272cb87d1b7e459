/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/boot/vz-mac-os-boot-loader.h"

#include "foundation/config/vz-field.h"

/**
 * VzMacOSBootLoader:
 *
 * The boot loader of macOS guests. Apple: `VZMacOSBootLoader`. It can be described, so that a
 * bundle made on a Mac can be read, but validation refuses it: QEMU has no board that macOS boots
 * on.
 */
struct _VzMacOSBootLoader {
  VzBootLoader parent_instance;
};

static void
check (VzConfig *config, VzProblems *problems)
{
  vz_problems_add (
    problems, config, "type", vz_problems_kind_of (config),
    "must be an EFI or a Linux boot loader: macOS guests start only on Apple's hosts, "
    "others lack the boot ROM that starts them");
}

VZ_DEFINE_BARE_CONFIG (VzMacOSBootLoader, vz_mac_os_boot_loader, VZ_TYPE_BOOT_LOADER,
                       .check = check)

/**
 * vz_mac_os_boot_loader_new:
 *
 * Makes a boot loader.
 *
 * Returns: (transfer full): the boot loader
 */
VzMacOSBootLoader *
vz_mac_os_boot_loader_new (void)
{
  return g_object_new (VZ_TYPE_MAC_OS_BOOT_LOADER, NULL);
}
