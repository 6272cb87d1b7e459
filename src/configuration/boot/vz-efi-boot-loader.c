/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/boot/vz-efi-boot-loader.h"

#include "foundation/config/vz-field.h"

/**
 * VzEFIBootLoader:
 *
 * Boots through UEFI firmware, which finds the guest's own boot loader on a disk. Apple:
 * `VZEFIBootLoader`.
 *
 * With Secure Boot, which Apple does not have, the firmware starts only what is signed with a key
 * in its variable store: see %VZ_EFI_VARIABLE_STORE_INITIALIZATION_ENROLL_KEYS.
 *
 * QEMU: `-drive if=pflash` twice: OVMF (x86_64) or AAVMF (aarch64) read-only, and the variable
 * store; with Secure Boot, a different build of them, on a PC with `smm=on` and flash that only SMM
 * can write.
 *
 * Since: 0.1
 */
struct _VzEFIBootLoader {
  VzBootLoader parent_instance;

  VzEFIVariableStore *variable_store;
  gboolean secure_boot;
};

static const VzField fields[] = {
  VZ_OBJECT ("variable-store", VzEFIBootLoader, variable_store,
             "where the firmware keeps its variables", vz_efi_variable_store_get_type,
             .flags = VZ_FIELD_REQUIRED),
  VZ_BOOL (
    "secure-boot", VzEFIBootLoader, secure_boot,
    "whether only signed boot loaders and kernels start; the variable store must have the keys"),
};

/* Without keys the firmware would start anything, unnoticed. */
static void
check (VzConfig *config, VzProblems *problems)
{
  VzEFIBootLoader *self = VZ_EFI_BOOT_LOADER (config);
  const char *path =
    self->variable_store != NULL ? vz_efi_variable_store_get_path (self->variable_store) : NULL;

  if (self->secure_boot && path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR) &&
      !vz_efi_variable_store_has_keys (self->variable_store))
    vz_problems_add (problems, config, "secure-boot", "true",
                     "is only possible with a variable store that has keys: '%s' has none", path);
}

VZ_DEFINE_CONFIG (VzEFIBootLoader, vz_efi_boot_loader, VZ_TYPE_BOOT_LOADER, .check = check)

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
VZ_ACCESS_NUMBER (gboolean, VzEFIBootLoader, vz_efi_boot_loader, secure_boot)
