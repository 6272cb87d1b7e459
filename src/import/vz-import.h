/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"

G_BEGIN_DECLS

VZ_PUBLIC
GStrv vz_import_machine (const char *place, const char *destination, VzProgress *progress,
                         GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_import_machine_async (const char *place, const char *destination, VzProgress *progress,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);
VZ_PUBLIC
GStrv vz_import_machine_finish (GAsyncResult *result, GError **error);

G_END_DECLS
