/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/catalog/vz-catalog-entry.h"

G_BEGIN_DECLS

#define VZ_TYPE_CATALOG (vz_catalog_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzCatalog, vz_catalog, VZ, CATALOG, GObject)

VZ_PUBLIC
GPtrArray *vz_catalog_list_entries (VzCatalog *self);
VZ_PUBLIC
VzCatalogEntry *vz_catalog_find (VzCatalog *self, const char *name, GError **error);
VZ_PUBLIC
const char *const *vz_catalog_get_notes (VzCatalog *self);

VZ_PUBLIC
VzCatalog *vz_catalog_load (const char *location, GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_catalog_load_async (const char *location, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
VzCatalog *vz_catalog_load_finish (GAsyncResult *result, GError **error);

VZ_PUBLIC
VzCatalog *vz_catalog_load_configured (const char *name, GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_catalog_load_configured_async (const char *name, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
VzCatalog *vz_catalog_load_configured_finish (GAsyncResult *result, GError **error);

G_END_DECLS
