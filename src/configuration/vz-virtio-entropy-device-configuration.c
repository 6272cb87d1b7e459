/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-virtio-entropy-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtioEntropyDeviceConfiguration:
 *
 * Gives the guest the host's random numbers. Apple: `VZVirtioEntropyDeviceConfiguration`.
 *
 * QEMU: `virtio-rng-pci`, backed by the host's `getrandom()`.
 *
 * Since: 0.1
 */
struct _VzVirtioEntropyDeviceConfiguration {
  VzEntropyDeviceConfiguration parent_instance;
};

VZ_DEFINE_BARE_CONFIG (VzVirtioEntropyDeviceConfiguration, vz_virtio_entropy_device_configuration,
                       VZ_TYPE_ENTROPY_DEVICE_CONFIGURATION)

/**
 * vz_virtio_entropy_device_configuration_new:
 *
 * Makes a virtio entropy device.
 *
 * Returns: (transfer full): the virtio entropy device
 */
VzVirtioEntropyDeviceConfiguration *
vz_virtio_entropy_device_configuration_new (void)
{
  return g_object_new (VZ_TYPE_VIRTIO_ENTROPY_DEVICE_CONFIGURATION, NULL);
}
