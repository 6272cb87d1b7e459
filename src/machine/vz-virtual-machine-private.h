/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/vz-machine-core.h"
#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

/* The run under way; NULL with INVALID_VIRTUAL_MACHINE_STATE when the machine does not run. */
VzEngine *vz_virtual_machine_get_running_engine (VzVirtualMachine *self, GError **error);
/* The identifier of a generic machine, or NULL. */
VzMachineIdentifier *vz_virtual_machine_get_identifier (VzVirtualMachine *self);

G_END_DECLS
