/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-virtio-console-device-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzVirtioConsoleDeviceConfiguration:
 *
 * A virtio console device with any number of ports. Apple: `VZVirtioConsoleDeviceConfiguration`.
 *
 * QEMU: `virtio-serial-pci`.
 *
 * Since: 0.1
 */
struct _VzVirtioConsoleDeviceConfiguration {
  VzConsoleDeviceConfiguration parent_instance;

  VzVirtioConsolePortConfigurationArray *ports;
};

static const VzField fields[] = {
  VZ_OBJECT ("ports", VzVirtioConsoleDeviceConfiguration, ports, "the ports, by number",
             vz_virtio_console_port_configuration_array_get_type, .flags = VZ_FIELD_INLINE),
};

VZ_DEFINE_CONFIG (VzVirtioConsoleDeviceConfiguration, vz_virtio_console_device_configuration,
                  VZ_TYPE_CONSOLE_DEVICE_CONFIGURATION)

/**
 * vz_virtio_console_device_configuration_new:
 *
 * Makes a virtio console device.
 *
 * Returns: (transfer full): the virtio console device
 */
VzVirtioConsoleDeviceConfiguration *
vz_virtio_console_device_configuration_new (void)
{
  return g_object_new (VZ_TYPE_VIRTIO_CONSOLE_DEVICE_CONFIGURATION, NULL);
}

VZ_ACCESS_OBJECT (VzVirtioConsolePortConfigurationArray, VzVirtioConsoleDeviceConfiguration,
                  vz_virtio_console_device_configuration, ports)
