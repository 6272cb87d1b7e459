/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

VZ_PUBLIC
gboolean vz_virtual_machine_execute (VzVirtualMachine *self, const char *const *argv, int input,
                                     int output, int errors, int *ret_status,
                                     GCancellable *cancellable, GError **error);

G_END_DECLS
