/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/vz-memory-balloon-device-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_TRADITIONAL_MEMORY_BALLOON_DEVICE_CONFIGURATION \
  (vz_virtio_traditional_memory_balloon_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioTraditionalMemoryBalloonDeviceConfiguration,
                      vz_virtio_traditional_memory_balloon_device_configuration, VZ,
                      VIRTIO_TRADITIONAL_MEMORY_BALLOON_DEVICE_CONFIGURATION,
                      VzMemoryBalloonDeviceConfiguration)

VZ_PUBLIC
VzVirtioTraditionalMemoryBalloonDeviceConfiguration *
vz_virtio_traditional_memory_balloon_device_configuration_new (void);

G_END_DECLS
