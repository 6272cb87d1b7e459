/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

/* Adds a network device to the machine for each private network; @names may be NULL. */
void network_join (VzVirtualMachineConfiguration *configuration, VzMachineIdentifier *identifier,
                   const char *const *names);
