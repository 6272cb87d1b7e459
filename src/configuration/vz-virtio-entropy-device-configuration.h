/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/vz-entropy-device-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_ENTROPY_DEVICE_CONFIGURATION \
  (vz_virtio_entropy_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioEntropyDeviceConfiguration, vz_virtio_entropy_device_configuration,
                      VZ, VIRTIO_ENTROPY_DEVICE_CONFIGURATION, VzEntropyDeviceConfiguration)

VZ_PUBLIC
VzVirtioEntropyDeviceConfiguration *vz_virtio_entropy_device_configuration_new (void);

G_END_DECLS
