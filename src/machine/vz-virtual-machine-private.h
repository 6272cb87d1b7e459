/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/vz-machine-core.h"
#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

/* The run under way; NULL with INVALID_VIRTUAL_MACHINE_STATE when the machine does not run. */
VzEngine *vz_virtual_machine_get_running_engine (VzVirtualMachine *self, GError **error);
/* The identifier of a generic machine, or NULL. */
VzMachineIdentifier *vz_virtual_machine_get_identifier (VzVirtualMachine *self);
/* vz_virtual_machine_start() with VzEngineOptions.kernel_options. */
gboolean vz_virtual_machine_start_with_kernel_options (VzVirtualMachine *self,
                                                       const char *kernel_options,
                                                       GCancellable *cancellable, GError **error);

G_END_DECLS
