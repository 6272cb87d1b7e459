/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/vz-virtual-machine-configuration.h"
#include "qemu/engine/vz-engine.h"

G_BEGIN_DECLS

/* Whether the running machine is @configuration's, and not a copy with the same machine identifier,
 * such as the bundle that a backup was made of. FALSE with VZ_ERROR_BUSY, which names the other's
 * disk. */
gboolean vz_same_machine_check (VzEngine *engine, VzVirtualMachineConfiguration *configuration,
                                GError **error);

G_END_DECLS
