/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_ENTROPY_DEVICE_CONFIGURATION (vz_entropy_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzEntropyDeviceConfiguration, vz_entropy_device_configuration, VZ,
                          ENTROPY_DEVICE_CONFIGURATION, VzConfig)

/**
 * VzEntropyDeviceConfigurationClass:
 *
 * The class of #VzEntropyDeviceConfiguration.
 */
struct _VzEntropyDeviceConfigurationClass {
  VzConfigClass parent_class;
};

G_END_DECLS
