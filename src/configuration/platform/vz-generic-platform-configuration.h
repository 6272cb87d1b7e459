/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-generic-hardware-model.h"
#include "configuration/identity/vz-generic-machine-identifier.h"
#include "configuration/platform/vz-platform-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_GENERIC_PLATFORM_CONFIGURATION (vz_generic_platform_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzGenericPlatformConfiguration, vz_generic_platform_configuration, VZ,
                      GENERIC_PLATFORM_CONFIGURATION, VzPlatformConfiguration)

VZ_PUBLIC
VzGenericPlatformConfiguration *vz_generic_platform_configuration_new (void);

VZ_PUBLIC
VzGenericHardwareModel *
vz_generic_platform_configuration_get_hardware_model (VzGenericPlatformConfiguration *self);
VZ_PUBLIC
void vz_generic_platform_configuration_set_hardware_model (VzGenericPlatformConfiguration *self,
                                                           VzGenericHardwareModel *hardware_model);
VZ_PUBLIC
VzGenericMachineIdentifier *
vz_generic_platform_configuration_get_machine_identifier (VzGenericPlatformConfiguration *self);
VZ_PUBLIC
void vz_generic_platform_configuration_set_machine_identifier (
  VzGenericPlatformConfiguration *self, VzGenericMachineIdentifier *machine_identifier);
VZ_PUBLIC
gboolean vz_generic_platform_configuration_get_nested_virtualization_enabled (
  VzGenericPlatformConfiguration *self);
VZ_PUBLIC
void vz_generic_platform_configuration_set_nested_virtualization_enabled (
  VzGenericPlatformConfiguration *self, gboolean nested_virtualization_enabled);
VZ_PUBLIC
const char *vz_generic_platform_configuration_get_host_name (VzGenericPlatformConfiguration *self);
VZ_PUBLIC
void vz_generic_platform_configuration_set_host_name (VzGenericPlatformConfiguration *self,
                                                      const char *host_name);
VZ_PUBLIC
const char *vz_generic_platform_configuration_get_user_name (VzGenericPlatformConfiguration *self);
VZ_PUBLIC
void vz_generic_platform_configuration_set_user_name (VzGenericPlatformConfiguration *self,
                                                      const char *user_name);
VZ_PUBLIC
gboolean vz_generic_platform_configuration_is_nested_virtualization_supported (void);

G_END_DECLS
