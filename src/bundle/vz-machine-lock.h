/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "configuration/identity/vz-machine-identifier.h"

G_BEGIN_DECLS

VZ_PUBLIC
int vz_machine_lock_acquire (VzMachineIdentifier *identifier, const char *purpose, GError **error);
VZ_PUBLIC
gboolean vz_machine_lock_set_holder (int lock, int pid, const char *purpose, GError **error);
VZ_PUBLIC
gboolean vz_machine_lock_is_held (VzMachineIdentifier *identifier, int *ret_pid,
                                  char **ret_purpose);

G_END_DECLS
