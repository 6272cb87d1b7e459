/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_POINTING_DEVICE_CONFIGURATION (vz_pointing_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzPointingDeviceConfiguration, vz_pointing_device_configuration, VZ,
                          POINTING_DEVICE_CONFIGURATION, VzConfig)

/**
 * VzPointingDeviceConfigurationClass:
 *
 * The class of #VzPointingDeviceConfiguration.
 */
struct _VzPointingDeviceConfigurationClass {
  VzConfigClass parent_class;
};

G_END_DECLS
