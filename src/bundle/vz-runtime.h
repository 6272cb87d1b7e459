/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-machine-identifier.h"

G_BEGIN_DECLS

VZ_PUBLIC
char *vz_runtime_directory_for (VzMachineIdentifier *identifier, GError **error);
VZ_PUBLIC
char *vz_state_directory_for (VzMachineIdentifier *identifier, GError **error);

G_END_DECLS
