/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/catalog/vz-catalog-entry.h"
#include "image/vz-restore-image.h"

G_BEGIN_DECLS

VZ_PUBLIC
VzRestoreImage *vz_restore_image_new_for_url (const char *url);
VZ_PUBLIC
VzRestoreImage *vz_restore_image_new_for_entry (VzCatalogEntry *entry, GCancellable *cancellable,
                                                GError **error);

VZ_PUBLIC
VzRestoreImage *vz_restore_image_load_for_entry (VzCatalogEntry *entry, GCancellable *cancellable,
                                                 GError **error);
VZ_PUBLIC
void vz_restore_image_load_for_entry_async (VzCatalogEntry *entry, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
VzRestoreImage *vz_restore_image_load_for_entry_finish (GAsyncResult *result, GError **error);

VZ_PUBLIC
VzRestoreImage *vz_restore_image_fetch_latest (const char *name, GCancellable *cancellable,
                                               GError **error);
VZ_PUBLIC
void vz_restore_image_fetch_latest_async (const char *name, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
VzRestoreImage *vz_restore_image_fetch_latest_finish (GAsyncResult *result, GError **error);

VZ_PUBLIC
VzRestoreImage *vz_restore_image_fetch_latest_supported (GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_restore_image_fetch_latest_supported_async (GCancellable *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer user_data);
VZ_PUBLIC
VzRestoreImage *vz_restore_image_fetch_latest_supported_finish (GAsyncResult *result,
                                                                GError **error);

G_END_DECLS
