/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/platform/vz-platform-configuration.h"

/**
 * VzPlatformConfiguration:
 *
 * The board of a machine. Apple: `VZPlatformConfiguration`.
 */
G_DEFINE_ABSTRACT_TYPE (VzPlatformConfiguration, vz_platform_configuration, VZ_TYPE_CONFIG)

static void
vz_platform_configuration_class_init (VzPlatformConfigurationClass *klass)
{
}

static void
vz_platform_configuration_init (VzPlatformConfiguration *self)
{
}
