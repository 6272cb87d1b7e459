/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle.h"
#include "foundation/vz-progress.h"

G_BEGIN_DECLS

VZ_PUBLIC
gboolean vz_bundle_back_up (VzBundle *self, const char *path, VzProgress *progress,
                            GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_bundle_back_up_async (VzBundle *self, const char *path, VzProgress *progress,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);
VZ_PUBLIC
gboolean vz_bundle_back_up_finish (VzBundle *self, GAsyncResult *result, GError **error);

VZ_PUBLIC
VzBundle *vz_bundle_restore_backup (const char *backup, const char *path, VzProgress *progress,
                                    GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_bundle_restore_backup_async (const char *backup, const char *path, VzProgress *progress,
                                     GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
VZ_PUBLIC
VzBundle *vz_bundle_restore_backup_finish (GAsyncResult *result, GError **error);

G_END_DECLS
