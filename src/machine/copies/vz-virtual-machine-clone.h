/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle-clone.h"
#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

VZ_PUBLIC
gboolean vz_virtual_machine_clone_bundle (VzVirtualMachine *self, VzBundle *bundle,
                                          const char *destination, VzBundleCloneFlags flags,
                                          VzProgress *progress, GCancellable *cancellable,
                                          GError **error);

G_END_DECLS
