/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle.h"
#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

VZ_PUBLIC
gboolean vz_bundle_grow_disk_image (VzBundle *self, guint64 size, gboolean *ret_partition_grown,
                                    GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_grow_disk_image (VzVirtualMachine *self, VzBundle *bundle, guint64 size,
                                             GCancellable *cancellable, GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_grow_file_system (VzVirtualMachine *self, guint64 disk_size,
                                              GCancellable *cancellable, GError **error);

G_END_DECLS
