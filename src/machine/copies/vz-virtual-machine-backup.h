/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle.h"
#include "foundation/vz-progress.h"
#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

VZ_PUBLIC
gboolean vz_virtual_machine_back_up_bundle (VzVirtualMachine *self, VzBundle *bundle,
                                            const char *path, VzProgress *progress,
                                            GCancellable *cancellable, GError **error);
VZ_PUBLIC
void vz_virtual_machine_back_up_bundle_async (VzVirtualMachine *self, VzBundle *bundle,
                                              const char *path, VzProgress *progress,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data);
VZ_PUBLIC
gboolean vz_virtual_machine_back_up_bundle_finish (VzVirtualMachine *self, GAsyncResult *result,
                                                   GError **error);

G_END_DECLS
