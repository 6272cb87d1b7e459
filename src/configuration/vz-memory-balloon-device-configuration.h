/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_MEMORY_BALLOON_DEVICE_CONFIGURATION \
  (vz_memory_balloon_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzMemoryBalloonDeviceConfiguration,
                          vz_memory_balloon_device_configuration, VZ,
                          MEMORY_BALLOON_DEVICE_CONFIGURATION, VzConfig)

/**
 * VzMemoryBalloonDeviceConfigurationClass:
 *
 * The class of #VzMemoryBalloonDeviceConfiguration.
 */
struct _VzMemoryBalloonDeviceConfigurationClass {
  VzConfigClass parent_class;
};

G_END_DECLS
