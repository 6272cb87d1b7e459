/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"
#include "image/vz-restore-image.h"

G_BEGIN_DECLS

VZ_PUBLIC
gboolean vz_restore_image_download (VzRestoreImage *self, const char *destination,
                                    VzProgress *progress, GCancellable *cancellable,
                                    GError **error);
VZ_PUBLIC
gboolean vz_restore_image_download_limited (VzRestoreImage *self, const char *destination,
                                            guint64 rate_limit, VzProgress *progress,
                                            GCancellable *cancellable, GError **error);
VZ_PUBLIC
gboolean vz_restore_image_download_through_cache (VzRestoreImage *self, const char *destination,
                                                  VzProgress *progress, GCancellable *cancellable,
                                                  GError **error);
VZ_PUBLIC
gboolean vz_restore_image_check_listed (VzRestoreImage *self, VzProgress *progress,
                                        GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_restore_image_download_async (VzRestoreImage *self, const char *destination,
                                      VzProgress *progress, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
gboolean vz_restore_image_download_finish (VzRestoreImage *self, GAsyncResult *result,
                                           GError **error);

G_END_DECLS
