/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle.h"
#include "foundation/vz-progress.h"

G_BEGIN_DECLS

VZ_PUBLIC
gboolean vz_bundle_export (VzBundle *self, const char *path, gboolean libvirt, VzProgress *progress,
                           GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_bundle_export_async (VzBundle *self, const char *path, gboolean libvirt,
                             VzProgress *progress, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
gboolean vz_bundle_export_finish (VzBundle *self, GAsyncResult *result, GError **error);

G_END_DECLS
