/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-mac-hardware-model.h"
#include "configuration/identity/vz-mac-machine-identifier.h"
#include "configuration/platform/vz-mac-auxiliary-storage.h"
#include "configuration/platform/vz-platform-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_MAC_PLATFORM_CONFIGURATION (vz_mac_platform_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzMacPlatformConfiguration, vz_mac_platform_configuration, VZ,
                      MAC_PLATFORM_CONFIGURATION, VzPlatformConfiguration)

VZ_PUBLIC
VzMacPlatformConfiguration *vz_mac_platform_configuration_new (void);

VZ_PUBLIC
VzMacHardwareModel *
vz_mac_platform_configuration_get_hardware_model (VzMacPlatformConfiguration *self);
VZ_PUBLIC
void vz_mac_platform_configuration_set_hardware_model (VzMacPlatformConfiguration *self,
                                                       VzMacHardwareModel *hardware_model);
VZ_PUBLIC
VzMacMachineIdentifier *
vz_mac_platform_configuration_get_machine_identifier (VzMacPlatformConfiguration *self);
VZ_PUBLIC
void
vz_mac_platform_configuration_set_machine_identifier (VzMacPlatformConfiguration *self,
                                                      VzMacMachineIdentifier *machine_identifier);
VZ_PUBLIC
VzMacAuxiliaryStorage *
vz_mac_platform_configuration_get_auxiliary_storage (VzMacPlatformConfiguration *self);
VZ_PUBLIC
void vz_mac_platform_configuration_set_auxiliary_storage (VzMacPlatformConfiguration *self,
                                                          VzMacAuxiliaryStorage *auxiliary_storage);

G_END_DECLS
