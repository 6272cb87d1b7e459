/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-hardware-model.h"
#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

/**
 * VzMacAuxiliaryStorageInitializationOptions:
 * @VZ_MAC_AUXILIARY_STORAGE_INITIALIZATION_NONE: fail if the file exists
 * @VZ_MAC_AUXILIARY_STORAGE_INITIALIZATION_ALLOW_OVERWRITE: replace the file if it exists
 *
 * How auxiliary storage is created. Apple: `VZMacAuxiliaryStorageInitializationOptions`, with the
 * same values.
 */
typedef enum {
  VZ_MAC_AUXILIARY_STORAGE_INITIALIZATION_NONE = 0,
  VZ_MAC_AUXILIARY_STORAGE_INITIALIZATION_ALLOW_OVERWRITE = 1 << 0,
} VzMacAuxiliaryStorageInitializationOptions;

#define VZ_TYPE_MAC_AUXILIARY_STORAGE (vz_mac_auxiliary_storage_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzMacAuxiliaryStorage, vz_mac_auxiliary_storage, VZ, MAC_AUXILIARY_STORAGE,
                      VzConfig)

VZ_PUBLIC
VzMacAuxiliaryStorage *vz_mac_auxiliary_storage_new (const char *path);
VZ_PUBLIC
VzMacAuxiliaryStorage *
vz_mac_auxiliary_storage_new_creating (const char *path, VzHardwareModel *hardware_model,
                                       VzMacAuxiliaryStorageInitializationOptions options,
                                       GError **error);
VZ_PUBLIC
const char *vz_mac_auxiliary_storage_get_path (VzMacAuxiliaryStorage *self);
VZ_PUBLIC
void vz_mac_auxiliary_storage_set_path (VzMacAuxiliaryStorage *self, const char *path);
VZ_PUBLIC
gboolean vz_mac_auxiliary_storage_get_size (VzMacAuxiliaryStorage *self, guint64 *ret_size,
                                            GError **error);
VZ_PUBLIC
gboolean vz_mac_auxiliary_storage_find_ecid (VzMacAuxiliaryStorage *self, guint64 *ret_ecid,
                                             GError **error);
VZ_PUBLIC
gboolean vz_mac_auxiliary_storage_find_offset (VzMacAuxiliaryStorage *self, guint64 *ret_offset,
                                               GError **error);

G_END_DECLS
