/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-memory-balloon-device-configuration.h"

/**
 * VzMemoryBalloonDeviceConfiguration:
 *
 * A memory balloon. Apple: `VZMemoryBalloonDeviceConfiguration`.
 */
G_DEFINE_ABSTRACT_TYPE (VzMemoryBalloonDeviceConfiguration, vz_memory_balloon_device_configuration,
                        VZ_TYPE_CONFIG)

static void
vz_memory_balloon_device_configuration_class_init (VzMemoryBalloonDeviceConfigurationClass *klass)
{
}

static void
vz_memory_balloon_device_configuration_init (VzMemoryBalloonDeviceConfiguration *self)
{
}
