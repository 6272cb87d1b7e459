/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_SOCKET_DEVICE_CONFIGURATION (vz_socket_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzSocketDeviceConfiguration, vz_socket_device_configuration, VZ,
                          SOCKET_DEVICE_CONFIGURATION, VzConfig)

/**
 * VzSocketDeviceConfigurationClass:
 *
 * The class of #VzSocketDeviceConfiguration.
 */
struct _VzSocketDeviceConfigurationClass {
  VzConfigClass parent_class;
};

G_END_DECLS
