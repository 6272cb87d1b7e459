/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-virtio-traditional-memory-balloon-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtioTraditionalMemoryBalloonDeviceConfiguration:
 *
 * A virtio memory balloon. Apple: `VZVirtioTraditionalMemoryBalloonDeviceConfiguration`.
 *
 * QEMU: `virtio-balloon-pci`, which reports free pages.
 *
 * Since: 0.1
 */
struct _VzVirtioTraditionalMemoryBalloonDeviceConfiguration {
  VzMemoryBalloonDeviceConfiguration parent_instance;
};

VZ_DEFINE_BARE_CONFIG (VzVirtioTraditionalMemoryBalloonDeviceConfiguration,
                       vz_virtio_traditional_memory_balloon_device_configuration,
                       VZ_TYPE_MEMORY_BALLOON_DEVICE_CONFIGURATION)

/**
 * vz_virtio_traditional_memory_balloon_device_configuration_new:
 *
 * Makes a virtio memory balloon.
 *
 * Returns: (transfer full): the virtio memory balloon
 */
VzVirtioTraditionalMemoryBalloonDeviceConfiguration *
vz_virtio_traditional_memory_balloon_device_configuration_new (void)
{
  return g_object_new (VZ_TYPE_VIRTIO_TRADITIONAL_MEMORY_BALLOON_DEVICE_CONFIGURATION, NULL);
}
