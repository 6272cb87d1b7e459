/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-serial-port-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzSerialPortConfiguration:
 *
 * A serial port. Apple: `VZSerialPortConfiguration`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzSerialPortConfiguration, vz_serial_port_configuration)

/**
 * vz_serial_port_configuration_get_attachment:
 * @self: a serial port
 *
 * Returns: (transfer none) (nullable): where the port's bytes go to and come from; %NULL: nowhere
 */
/**
 * vz_serial_port_configuration_set_attachment:
 * @self: a serial port
 * @attachment: (nullable): where the port's bytes go to and come from; %NULL: nowhere
 *
 * Sets what vz_serial_port_configuration_get_attachment() returns.
 */
VZ_ACCESS_INHERITED_OBJECT (VzSerialPortAttachment, VzSerialPortConfiguration,
                            vz_serial_port_configuration, attachment, "attachment")
