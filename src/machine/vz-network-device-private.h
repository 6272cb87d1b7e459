/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/vz-network-device.h"

G_BEGIN_DECLS

/* The devices of the machine's configuration. */
GPtrArray *vz_network_device_list_new (VzVirtualMachine *machine);

/* Emits the machine's signal, on its main context. */
void vz_virtual_machine_tell_disconnected (VzVirtualMachine *self, VzNetworkDevice *device,
                                           const GError *error);

G_END_DECLS
