/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/boot/vz-efi-boot-loader.h"

#include "foundation/config/vz-field.h"

/**
 * VzEFIBootLoader:
 *
 * Boots through UEFI firmware, which finds the guest's own boot loader on a disk. Apple:
 * `VZEFIBootLoader`.
 *
 * QEMU: `-drive if=pflash` twice: OVMF (x86_64) or AAVMF (aarch64) read-only, and the variable
 * store.
 *
 * Since: 0.1
 */
struct _VzEFIBootLoader {
  VzBootLoader parent_instance;

  VzEFIVariableStore *variable_store;
};

static const VzField fields[] = {
  VZ_OBJECT ("variable-store", VzEFIBootLoader, variable_store,
             "where the firmware keeps its variables", vz_efi_variable_store_get_type,
             .flags = VZ_FIELD_REQUIRED),
};

VZ_DEFINE_CONFIG (VzEFIBootLoader, vz_efi_boot_loader, VZ_TYPE_BOOT_LOADER)

/**
 * vz_efi_boot_loader_new:
 *
 * Makes a boot loader without a variable store.
 *
 * Returns: (transfer full): the boot loader
 */
VzEFIBootLoader *
vz_efi_boot_loader_new (void)
{
  return g_object_new (VZ_TYPE_EFI_BOOT_LOADER, NULL);
}

VZ_ACCESS_OBJECT (VzEFIVariableStore, VzEFIBootLoader, vz_efi_boot_loader, variable_store)
