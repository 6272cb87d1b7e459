/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

/* Gives the machine a network device more on each of the private networks; @names may be NULL. */
void network_join (VzVirtualMachineConfiguration *configuration, VzMachineIdentifier *identifier,
                   const char *const *names);
