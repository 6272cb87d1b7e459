/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-memory-balloon-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzMemoryBalloonDeviceConfiguration:
 *
 * A memory balloon. Apple: `VZMemoryBalloonDeviceConfiguration`.
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzMemoryBalloonDeviceConfiguration,
                           vz_memory_balloon_device_configuration)
