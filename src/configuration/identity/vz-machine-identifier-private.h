/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-machine-identifier.h"

G_BEGIN_DECLS

/* For the subclasses: an object of @type. */
VzMachineIdentifier *vz_machine_identifier_new_of_type_from_data (GType type, GBytes *data,
                                                                  GError **error);
VzMachineIdentifier *vz_machine_identifier_new_of_type_with_ecid (GType type, guint64 ecid);

G_END_DECLS
