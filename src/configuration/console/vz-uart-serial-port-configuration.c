/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-uart-serial-port-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzUARTSerialPortConfiguration:
 *
 * A serial port of the board: a 16550A on x86_64 (`/dev/ttyS0`), a PL011 on aarch64
 * (`/dev/ttyAMA0`). Firmware and boot loaders write to it, unlike to a virtio console. Not in
 * Apple's public framework.
 *
 * QEMU: `-serial`, one of the board's own ports.
 *
 * Since: 0.1
 */
struct _VzUARTSerialPortConfiguration {
  VzSerialPortConfiguration parent_instance;

  VzSerialPortAttachment *attachment;
};

static const VzField fields[] = {
  VZ_OBJECT ("attachment", VzUARTSerialPortConfiguration, attachment,
             "where the port's data goes and comes from", vz_serial_port_attachment_get_type),
};

VZ_DEFINE_CONFIG (VzUARTSerialPortConfiguration, vz_uart_serial_port_configuration,
                  VZ_TYPE_SERIAL_PORT_CONFIGURATION)

/**
 * vz_uart_serial_port_configuration_new:
 *
 * Makes a UART.
 *
 * Returns: (transfer full): the UART
 */
VzUARTSerialPortConfiguration *
vz_uart_serial_port_configuration_new (void)
{
  return g_object_new (VZ_TYPE_UART_SERIAL_PORT_CONFIGURATION, NULL);
}
