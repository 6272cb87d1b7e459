/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-field.h"

G_BEGIN_DECLS

/* What the property tables need to know about the immutable values. The identity of a machine has
 * no text form here: the bundle keeps it in separate files. */
extern const VzValueType vz_mac_address_value;
extern const VzValueType vz_hardware_model_value;
extern const VzValueType vz_machine_identifier_value;

G_END_DECLS
