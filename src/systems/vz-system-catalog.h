/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "systems/vz-system.h"

G_BEGIN_DECLS

#define VZ_TYPE_SYSTEM_CATALOG (vz_system_catalog_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzSystemCatalog, vz_system_catalog, VZ, SYSTEM_CATALOG, GObject)

VZ_PUBLIC
VzSystemCatalog *vz_system_catalog_load (const char *name, GCancellable *cancellable,
                                         GError **error);
VZ_PUBLIC
void vz_system_catalog_load_async (const char *name, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
VzSystemCatalog *vz_system_catalog_load_finish (GAsyncResult *result, GError **error);
VZ_PUBLIC
GPtrArray *vz_system_catalog_list_systems (VzSystemCatalog *self);
VZ_PUBLIC
VzSystem *vz_system_catalog_find (VzSystemCatalog *self, const char *name, GError **error);
VZ_PUBLIC
const char *const *vz_system_catalog_get_notes (VzSystemCatalog *self);

G_END_DECLS
