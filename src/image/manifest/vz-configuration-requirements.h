/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-hardware-model.h"

G_BEGIN_DECLS

#define VZ_TYPE_CONFIGURATION_REQUIREMENTS (vz_configuration_requirements_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzConfigurationRequirements, vz_configuration_requirements, VZ,
                          CONFIGURATION_REQUIREMENTS, GObject)

struct _VzConfigurationRequirementsClass {
  GObjectClass parent_class;
};

VZ_PUBLIC
VzHardwareModel *
vz_configuration_requirements_get_hardware_model (VzConfigurationRequirements *self);
VZ_PUBLIC
const char *vz_configuration_requirements_get_device_class (VzConfigurationRequirements *self);
VZ_PUBLIC
const char *vz_configuration_requirements_get_variant (VzConfigurationRequirements *self);
VZ_PUBLIC
const char *vz_configuration_requirements_get_architecture (VzConfigurationRequirements *self);
VZ_PUBLIC
const char *
vz_configuration_requirements_get_minimum_host_version (VzConfigurationRequirements *self);
VZ_PUBLIC
guint
vz_configuration_requirements_get_minimum_supported_cpu_count (VzConfigurationRequirements *self);
VZ_PUBLIC
guint64
vz_configuration_requirements_get_minimum_supported_memory_size (VzConfigurationRequirements *self);
VZ_PUBLIC
guint64 vz_configuration_requirements_get_minimum_disk_size (VzConfigurationRequirements *self);

G_END_DECLS
