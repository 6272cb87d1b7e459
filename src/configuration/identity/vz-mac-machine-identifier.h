/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-machine-identifier.h"

G_BEGIN_DECLS

#define VZ_TYPE_MAC_MACHINE_IDENTIFIER (vz_mac_machine_identifier_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzMacMachineIdentifier, vz_mac_machine_identifier, VZ, MAC_MACHINE_IDENTIFIER,
                      VzMachineIdentifier)

VZ_PUBLIC
VzMacMachineIdentifier *vz_mac_machine_identifier_new (void);
VZ_PUBLIC
VzMacMachineIdentifier *vz_mac_machine_identifier_new_with_ecid (guint64 ecid);
VZ_PUBLIC
VzMacMachineIdentifier *vz_mac_machine_identifier_new_from_data (GBytes *data, GError **error);

G_END_DECLS
