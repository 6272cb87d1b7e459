/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-mac-hardware-model.h"
#include "image/manifest/vz-configuration-requirements.h"

G_BEGIN_DECLS

#define VZ_TYPE_MAC_OS_CONFIGURATION_REQUIREMENTS (vz_mac_os_configuration_requirements_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzMacOSConfigurationRequirements, vz_mac_os_configuration_requirements, VZ,
                      MAC_OS_CONFIGURATION_REQUIREMENTS, VzConfigurationRequirements)

VZ_PUBLIC
VzMacHardwareModel *vz_mac_os_configuration_requirements_get_mac_hardware_model (
  VzMacOSConfigurationRequirements *self);

G_END_DECLS
