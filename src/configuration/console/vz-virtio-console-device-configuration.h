/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/console/vz-console-device-configuration.h"
#include "configuration/console/vz-virtio-console-port-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_CONSOLE_DEVICE_CONFIGURATION \
  (vz_virtio_console_device_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioConsoleDeviceConfiguration, vz_virtio_console_device_configuration,
                      VZ, VIRTIO_CONSOLE_DEVICE_CONFIGURATION, VzConsoleDeviceConfiguration)

VZ_PUBLIC
VzVirtioConsoleDeviceConfiguration *vz_virtio_console_device_configuration_new (void);

VZ_PUBLIC
GPtrArray *
vz_virtio_console_device_configuration_get_ports (VzVirtioConsoleDeviceConfiguration *self);
VZ_PUBLIC
void vz_virtio_console_device_configuration_set_ports (VzVirtioConsoleDeviceConfiguration *self,
                                                       GPtrArray *ports);
VZ_PUBLIC
guint vz_virtio_console_device_configuration_get_maximum_port_count (
  VzVirtioConsoleDeviceConfiguration *self);
VZ_PUBLIC
void vz_virtio_console_device_configuration_set_maximum_port_count (
  VzVirtioConsoleDeviceConfiguration *self, guint maximum_port_count);

G_END_DECLS
