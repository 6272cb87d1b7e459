/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle.h"
#include "foundation/vz-progress.h"

G_BEGIN_DECLS

/**
 * VzBundleCloneFlags:
 * @VZ_BUNDLE_CLONE_NEW_IDENTITY: the clone is a different machine from its source
 * @VZ_BUNDLE_CLONE_SAME_IDENTITY: the clone has the machine identifier and the MAC addresses of its
 *   source, so that only one of the two can run at a time
 *
 * How vz_bundle_clone() makes the clone.
 */
typedef enum {
  VZ_BUNDLE_CLONE_NEW_IDENTITY = 0,
  VZ_BUNDLE_CLONE_SAME_IDENTITY = 1 << 0,
} VzBundleCloneFlags;

VZ_PUBLIC
gboolean vz_bundle_clone (VzBundle *self, const char *destination, VzBundleCloneFlags flags,
                          VzProgress *progress, GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_bundle_clone_async (VzBundle *self, const char *destination, VzBundleCloneFlags flags,
                            VzProgress *progress, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
gboolean vz_bundle_clone_finish (VzBundle *self, GAsyncResult *result, GError **error);

G_END_DECLS
