/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/vz-virtual-machine-configuration.h"
#include "import/vz-foreign-machine.h"

G_BEGIN_DECLS

/* Gives the configuration a network device behind NAT for each address of @machine, the first of
 * which is @first (NULL: none). If the machine has a network but no specified address, the
 * configuration's own devices are kept. */
void vz_import_set_networks (VzVirtualMachineConfiguration *configuration,
                             const VzForeignMachine *machine, VzNetworkDeviceConfiguration *first);

G_END_DECLS
