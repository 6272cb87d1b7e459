/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-machine-identifier.h"

G_BEGIN_DECLS

#define VZ_TYPE_GENERIC_MACHINE_IDENTIFIER (vz_generic_machine_identifier_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzGenericMachineIdentifier, vz_generic_machine_identifier, VZ,
                      GENERIC_MACHINE_IDENTIFIER, VzMachineIdentifier)

VZ_PUBLIC
VzGenericMachineIdentifier *vz_generic_machine_identifier_new (void);
VZ_PUBLIC
VzGenericMachineIdentifier *vz_generic_machine_identifier_new_with_ecid (guint64 ecid);
VZ_PUBLIC
VzGenericMachineIdentifier *vz_generic_machine_identifier_new_from_data (GBytes *data,
                                                                         GError **error);

G_END_DECLS
