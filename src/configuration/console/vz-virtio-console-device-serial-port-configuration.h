/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/console/vz-serial-port-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_CONSOLE_DEVICE_SERIAL_PORT_CONFIGURATION \
  (vz_virtio_console_device_serial_port_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioConsoleDeviceSerialPortConfiguration,
                      vz_virtio_console_device_serial_port_configuration, VZ,
                      VIRTIO_CONSOLE_DEVICE_SERIAL_PORT_CONFIGURATION, VzSerialPortConfiguration)

VZ_PUBLIC
VzVirtioConsoleDeviceSerialPortConfiguration *
vz_virtio_console_device_serial_port_configuration_new (void);

G_END_DECLS
