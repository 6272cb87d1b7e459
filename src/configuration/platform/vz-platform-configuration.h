/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_PLATFORM_CONFIGURATION (vz_platform_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzPlatformConfiguration, vz_platform_configuration, VZ,
                          PLATFORM_CONFIGURATION, VzConfig)

/**
 * VzPlatformConfigurationClass:
 *
 * The class of #VzPlatformConfiguration.
 */
struct _VzPlatformConfigurationClass {
  VzConfigClass parent_class;
};

G_END_DECLS
