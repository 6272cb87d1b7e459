/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_CONSOLE_DEVICE_CONFIGURATION (vz_console_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzConsoleDeviceConfiguration, vz_console_device_configuration, VZ,
                          CONSOLE_DEVICE_CONFIGURATION, VzConfig)

/**
 * VzConsoleDeviceConfigurationClass:
 *
 * The class of #VzConsoleDeviceConfiguration.
 */
struct _VzConsoleDeviceConfigurationClass {
  VzConfigClass parent_class;
};

G_END_DECLS
