/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/boot/vz-mac-os-boot-loader.h"

#include "foundation/config/vz-field.h"
#include "foundation/host/vz-vmapple.h"

/**
 * VzMacOSBootLoader:
 *
 * The boot loader of macOS guests. Apple: `VZMacOSBootLoader`. It can be described, so that a
 * bundle made on a Mac can be read everywhere. It is valid where the environment variable
 * `VZ_AVPBOOTER` or the settings name a copy of the boot ROM of Apple's virtual Macs, which vz
 * cannot distribute.
 *
 * QEMU: the boot ROM as firmware, where the host has one.
 *
 * Since: 0.1
 */
struct _VzMacOSBootLoader {
  VzBootLoader parent_instance;
};

static void
check (VzConfig *config, VzProblems *problems)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *boot_rom = vz_vmapple_find_boot_rom (&error);

  if (boot_rom == NULL)
    vz_problems_add (problems, config, "type", vz_problems_kind_of (config),
                     "must be an EFI or a Linux boot loader on this host: %s", error->message);
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
