/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* Whether a process with this one's limits can get address space for the guest's memory: otherwise
 * NOT_SUPPORTED with what forbids it and what helps. Nothing is reserved; QEMU allocates it a
 * moment later. */
gboolean vz_memory_check (VzVirtualMachineConfiguration *configuration, GError **error);

G_END_DECLS
