/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-hardware-model.h"
#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

/**
 * VzEFIVariableStoreInitializationOptions:
 * @VZ_EFI_VARIABLE_STORE_INITIALIZATION_NONE: fail if the file exists
 * @VZ_EFI_VARIABLE_STORE_INITIALIZATION_ALLOW_OVERWRITE: replace the file if it exists
 * @VZ_EFI_VARIABLE_STORE_INITIALIZATION_ENROLL_KEYS: include the keys that the distribution ships
 * for Secure Boot, which are Microsoft's; not in Apple's framework
 *
 * How a variable store is created. Apple: `VZEFIVariableStoreInitializationOptions`, with the same
 * values.
 */
typedef enum {
  VZ_EFI_VARIABLE_STORE_INITIALIZATION_NONE = 0,
  VZ_EFI_VARIABLE_STORE_INITIALIZATION_ALLOW_OVERWRITE = 1 << 0,
  VZ_EFI_VARIABLE_STORE_INITIALIZATION_ENROLL_KEYS = 1 << 16,
} VzEFIVariableStoreInitializationOptions;

#define VZ_TYPE_EFI_VARIABLE_STORE (vz_efi_variable_store_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzEFIVariableStore, vz_efi_variable_store, VZ, EFI_VARIABLE_STORE, VzConfig)

VZ_PUBLIC
VzEFIVariableStore *vz_efi_variable_store_new (const char *path);
VZ_PUBLIC
VzEFIVariableStore *
vz_efi_variable_store_new_creating (const char *path, VzHardwareModel *hardware_model,
                                    VzEFIVariableStoreInitializationOptions options,
                                    GError **error);
VZ_PUBLIC
gboolean vz_efi_variable_store_has_keys (VzEFIVariableStore *self);
VZ_PUBLIC
const char *vz_efi_variable_store_get_path (VzEFIVariableStore *self);
VZ_PUBLIC
void vz_efi_variable_store_set_path (VzEFIVariableStore *self, const char *path);

G_END_DECLS
