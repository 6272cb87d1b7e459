/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/boot/vz-efi-boot-loader.h"

#include "foundation/config/vz-field.h"

/**
 * VzEFIBootLoader:
 *
 * Boots through UEFI firmware, which finds the guest's own boot loader on a disk. Apple:
 * `VZEFIBootLoader`.
 */
struct _VzEFIBootLoader {
  VzBootLoader parent_instance;

  VzEFIVariableStore *variable_store;
};

G_DEFINE_FINAL_TYPE (VzEFIBootLoader, vz_efi_boot_loader, VZ_TYPE_BOOT_LOADER)

enum { PROP_VARIABLE_STORE = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_OBJECT ("variable-store", VzEFIBootLoader, variable_store,
             "where the firmware keeps its variables", vz_efi_variable_store_get_type,
             .flags = VZ_FIELD_REQUIRED),
};

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
};

static void
vz_efi_boot_loader_class_init (VzEFIBootLoaderClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_efi_boot_loader_init (VzEFIBootLoader *self)
{
}

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

/**
 * vz_efi_boot_loader_get_variable_store:
 * @self: a boot loader
 *
 * Returns: (transfer none) (nullable): where the firmware keeps its variables; required, %NULL by
 *   default
 */
/**
 * vz_efi_boot_loader_set_variable_store:
 * @self: a boot loader
 * @variable_store: (nullable): where the firmware keeps its variables; required, %NULL by default
 *
 * Sets what vz_efi_boot_loader_get_variable_store() returns.
 */
VZ_ACCESS_OBJECT (VzEFIVariableStore, VzEFIBootLoader, vz_efi_boot_loader, VZ_IS_EFI_BOOT_LOADER,
                  variable_store, PROP_VARIABLE_STORE)
