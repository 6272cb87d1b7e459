/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/console/vz-console-device-configuration.h"
#include "configuration/console/vz-virtio-console-port-configuration-array.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_CONSOLE_DEVICE_CONFIGURATION \
  (vz_virtio_console_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioConsoleDeviceConfiguration, vz_virtio_console_device_configuration,
                      VZ, VIRTIO_CONSOLE_DEVICE_CONFIGURATION, VzConsoleDeviceConfiguration)

VZ_PUBLIC
VzVirtioConsoleDeviceConfiguration *vz_virtio_console_device_configuration_new (void);

VZ_PUBLIC
VzVirtioConsolePortConfigurationArray *
vz_virtio_console_device_configuration_get_ports (VzVirtioConsoleDeviceConfiguration *self);
VZ_PUBLIC
void
vz_virtio_console_device_configuration_set_ports (VzVirtioConsoleDeviceConfiguration *self,
                                                  VzVirtioConsolePortConfigurationArray *ports);

G_END_DECLS
