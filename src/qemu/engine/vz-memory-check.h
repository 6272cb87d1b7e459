/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* Whether a process of this one's limits gets address space for the guest's memory: FALSE with
 * NOT_SUPPORTED, what forbids it and what helps. Nothing is kept; QEMU takes it a moment later. */
gboolean vz_memory_check (VzVirtualMachineConfiguration *configuration, GError **error);

G_END_DECLS
