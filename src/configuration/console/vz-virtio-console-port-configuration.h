/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/console/vz-console-port-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_CONSOLE_PORT_CONFIGURATION (vz_virtio_console_port_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioConsolePortConfiguration, vz_virtio_console_port_configuration, VZ,
                      VIRTIO_CONSOLE_PORT_CONFIGURATION, VzConsolePortConfiguration)

VZ_PUBLIC
VzVirtioConsolePortConfiguration *vz_virtio_console_port_configuration_new (void);

VZ_PUBLIC
const char *vz_virtio_console_port_configuration_get_name (VzVirtioConsolePortConfiguration *self);
VZ_PUBLIC
void vz_virtio_console_port_configuration_set_name (VzVirtioConsolePortConfiguration *self,
                                                    const char *name);
VZ_PUBLIC
gboolean
vz_virtio_console_port_configuration_get_is_console (VzVirtioConsolePortConfiguration *self);
VZ_PUBLIC
void vz_virtio_console_port_configuration_set_is_console (VzVirtioConsolePortConfiguration *self,
                                                          gboolean is_console);

G_END_DECLS
