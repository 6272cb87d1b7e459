/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-hardware-model.h"

G_BEGIN_DECLS

#define VZ_TYPE_MAC_HARDWARE_MODEL (vz_mac_hardware_model_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzMacHardwareModel, vz_mac_hardware_model, VZ, MAC_HARDWARE_MODEL,
                      VzHardwareModel)

VZ_PUBLIC
VzMacHardwareModel *vz_mac_hardware_model_new (const char *minimum_supported_os, GError **error);
VZ_PUBLIC
VzMacHardwareModel *vz_mac_hardware_model_new_from_data (GBytes *data, GError **error);
VZ_PUBLIC
guint vz_mac_hardware_model_get_platform_version (VzMacHardwareModel *self);
VZ_PUBLIC
guint vz_mac_hardware_model_get_data_representation_version (VzMacHardwareModel *self);
VZ_PUBLIC
char *vz_mac_hardware_model_dup_minimum_supported_os (VzMacHardwareModel *self);
VZ_PUBLIC
const char *vz_mac_hardware_model_get_product_type (VzMacHardwareModel *self);

G_END_DECLS
