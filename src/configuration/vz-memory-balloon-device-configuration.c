/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-memory-balloon-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzMemoryBalloonDeviceConfiguration:
 *
 * A memory balloon. Apple: `VZMemoryBalloonDeviceConfiguration`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzMemoryBalloonDeviceConfiguration,
                           vz_memory_balloon_device_configuration)
