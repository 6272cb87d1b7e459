/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-hardware-model.h"

G_BEGIN_DECLS

#define VZ_TYPE_GENERIC_HARDWARE_MODEL (vz_generic_hardware_model_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzGenericHardwareModel, vz_generic_hardware_model, VZ, GENERIC_HARDWARE_MODEL,
                      VzHardwareModel)

VZ_PUBLIC
VzGenericHardwareModel *vz_generic_hardware_model_new (const char *architecture);
VZ_PUBLIC
VzGenericHardwareModel *vz_generic_hardware_model_new_from_data (GBytes *data, GError **error);
VZ_PUBLIC
const char *vz_generic_hardware_model_get_architecture (VzGenericHardwareModel *self);
VZ_PUBLIC
const char *vz_generic_hardware_model_get_machine_type (VzGenericHardwareModel *self);

G_END_DECLS
