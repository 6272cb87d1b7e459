/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

VZ_PUBLIC
gboolean vz_virtual_machine_press_keys (VzVirtualMachine *self, const char *keys,
                                        GCancellable *cancellable, GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_type_text (VzVirtualMachine *self, const char *text,
                                       GCancellable *cancellable, GError **error);
VZ_PUBLIC
gboolean vz_virtual_machine_send_break (VzVirtualMachine *self, GCancellable *cancellable,
                                        GError **error);

G_END_DECLS
