/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/console/vz-virtio-console-port-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_CONSOLE_PORT_CONFIGURATION_ARRAY \
  (vz_virtio_console_port_configuration_array_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioConsolePortConfigurationArray,
                      vz_virtio_console_port_configuration_array, VZ,
                      VIRTIO_CONSOLE_PORT_CONFIGURATION_ARRAY, VzConfig)

VZ_PUBLIC
VzVirtioConsolePortConfigurationArray *vz_virtio_console_port_configuration_array_new (void);

VZ_PUBLIC
VzVirtioConsolePortConfiguration *
vz_virtio_console_port_configuration_array_get_port (VzVirtioConsolePortConfigurationArray *self,
                                                     guint index);
VZ_PUBLIC
void
vz_virtio_console_port_configuration_array_set_port (VzVirtioConsolePortConfigurationArray *self,
                                                     guint index,
                                                     VzVirtioConsolePortConfiguration *port);
VZ_PUBLIC
guint
vz_virtio_console_port_configuration_array_get_length (VzVirtioConsolePortConfigurationArray *self);
VZ_PUBLIC
guint vz_virtio_console_port_configuration_array_get_maximum_port_count (
  VzVirtioConsolePortConfigurationArray *self);
VZ_PUBLIC
void vz_virtio_console_port_configuration_array_set_maximum_port_count (
  VzVirtioConsolePortConfigurationArray *self, guint maximum_port_count);

G_END_DECLS
