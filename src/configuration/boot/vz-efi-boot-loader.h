/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/boot/vz-boot-loader.h"
#include "configuration/boot/vz-efi-variable-store.h"

G_BEGIN_DECLS

#define VZ_TYPE_EFI_BOOT_LOADER (vz_efi_boot_loader_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzEFIBootLoader, vz_efi_boot_loader, VZ, EFI_BOOT_LOADER, VzBootLoader)

VZ_PUBLIC
VzEFIBootLoader *vz_efi_boot_loader_new (void);

VZ_PUBLIC
VzEFIVariableStore *vz_efi_boot_loader_get_variable_store (VzEFIBootLoader *self);
VZ_PUBLIC
void vz_efi_boot_loader_set_variable_store (VzEFIBootLoader *self,
                                            VzEFIVariableStore *variable_store);
VZ_PUBLIC
gboolean vz_efi_boot_loader_get_secure_boot (VzEFIBootLoader *self);
VZ_PUBLIC
void vz_efi_boot_loader_set_secure_boot (VzEFIBootLoader *self, gboolean secure_boot);

G_END_DECLS
