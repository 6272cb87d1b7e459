/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/extract/vz-extracted-file.h"
#include "image/vz-restore-image.h"

G_BEGIN_DECLS

VZ_PUBLIC
GPtrArray *vz_restore_image_extract (VzRestoreImage *self, const char *const *names,
                                     const char *folder, VzProgress *progress,
                                     GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_restore_image_extract_async (VzRestoreImage *self, const char *const *names,
                                     const char *folder, VzProgress *progress,
                                     GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
VZ_PUBLIC
GPtrArray *vz_restore_image_extract_finish (VzRestoreImage *self, GAsyncResult *result,
                                            GError **error);

G_END_DECLS
