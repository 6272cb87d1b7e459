/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-mac-address.h"

G_BEGIN_DECLS

#define VZ_TYPE_MACHINE_IDENTIFIER (vz_machine_identifier_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzMachineIdentifier, vz_machine_identifier, VZ, MACHINE_IDENTIFIER,
                          GObject)

struct _VzMachineIdentifierClass {
  /*< private >*/
  GObjectClass parent_class;
};

VZ_PUBLIC
GBytes *vz_machine_identifier_get_data_representation (VzMachineIdentifier *self);
VZ_PUBLIC
guint64 vz_machine_identifier_get_ecid (VzMachineIdentifier *self);
VZ_PUBLIC
char *vz_machine_identifier_to_string (VzMachineIdentifier *self);
VZ_PUBLIC
char *vz_machine_identifier_dup_uuid (VzMachineIdentifier *self);
VZ_PUBLIC
VzMACAddress *vz_machine_identifier_dup_default_mac_address (VzMachineIdentifier *self);
VZ_PUBLIC
gboolean vz_machine_identifier_equal (VzMachineIdentifier *self, VzMachineIdentifier *other);

G_END_DECLS
