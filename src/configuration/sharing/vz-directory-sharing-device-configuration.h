/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_DIRECTORY_SHARING_DEVICE_CONFIGURATION \
  (vz_directory_sharing_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzDirectorySharingDeviceConfiguration,
                          vz_directory_sharing_device_configuration, VZ,
                          DIRECTORY_SHARING_DEVICE_CONFIGURATION, VzConfig)

/**
 * VzDirectorySharingDeviceConfigurationClass:
 *
 * The class of #VzDirectorySharingDeviceConfiguration.
 */
struct _VzDirectorySharingDeviceConfigurationClass {
  VzConfigClass parent_class;
};

G_END_DECLS
