/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/console/vz-serial-port-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_UART_SERIAL_PORT_CONFIGURATION (vz_uart_serial_port_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzUARTSerialPortConfiguration, vz_uart_serial_port_configuration, VZ,
                      UART_SERIAL_PORT_CONFIGURATION, VzSerialPortConfiguration)

VZ_PUBLIC
VzUARTSerialPortConfiguration *vz_uart_serial_port_configuration_new (void);

G_END_DECLS
