/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

VZ_PUBLIC
char **vz_virtual_machine_dup_ssh_command (VzVirtualMachine *self, const char *user_name,
                                           const char *const *options, const char *const *command,
                                           GCancellable *cancellable, GError **error);

G_END_DECLS
