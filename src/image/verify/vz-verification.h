/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"
#include "image/verify/vz-finding.h"
#include "image/vz-restore-image.h"

G_BEGIN_DECLS

#define VZ_TYPE_VERIFICATION (vz_verification_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVerification, vz_verification, VZ, VERIFICATION, GObject)

VZ_PUBLIC
VzVerification *vz_verification_run (VzRestoreImage *image, VzProgress *progress,
                                     GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_verification_run_async (VzRestoreImage *image, VzProgress *progress,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
VZ_PUBLIC
VzVerification *vz_verification_run_finish (VzRestoreImage *image, GAsyncResult *result,
                                            GError **error);

VZ_PUBLIC
gboolean vz_verification_is_good (VzVerification *self, GError **error);
VZ_PUBLIC
guint vz_verification_count (VzVerification *self, VzFindingState state);
VZ_PUBLIC
guint vz_verification_get_n_members (VzVerification *self);
VZ_PUBLIC
GPtrArray *vz_verification_list_findings (VzVerification *self);

G_END_DECLS
