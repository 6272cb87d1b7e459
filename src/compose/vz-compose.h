/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "compose/vz-compose-request.h"
#include "foundation/vz-progress.h"

G_BEGIN_DECLS

VZ_PUBLIC
gboolean vz_compose_image (VzComposeRequest *request, const char *destination, VzProgress *progress,
                           GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_compose_image_async (VzComposeRequest *request, const char *destination,
                             VzProgress *progress, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
gboolean vz_compose_image_finish (VzComposeRequest *request, GAsyncResult *result, GError **error);

G_END_DECLS
