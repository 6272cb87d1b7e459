/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-serial-port-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzSerialPortConfiguration:
 *
 * A serial port. Apple: `VZSerialPortConfiguration`.
 */
G_DEFINE_ABSTRACT_TYPE (VzSerialPortConfiguration, vz_serial_port_configuration, VZ_TYPE_CONFIG)

static void
vz_serial_port_configuration_class_init (VzSerialPortConfigurationClass *klass)
{
}

static void
vz_serial_port_configuration_init (VzSerialPortConfiguration *self)
{
}

/**
 * vz_serial_port_configuration_get_attachment:
 * @self: a serial port
 *
 * Returns: (transfer none) (nullable): where the port's bytes go and come from; %NULL: nowhere
 */
/**
 * vz_serial_port_configuration_set_attachment:
 * @self: a serial port
 * @attachment: (nullable): where the port's bytes go and come from; %NULL: nowhere
 *
 * Sets what vz_serial_port_configuration_get_attachment() returns.
 */
VZ_ACCESS_INHERITED_OBJECT (VzSerialPortAttachment, VzSerialPortConfiguration,
                            vz_serial_port_configuration, VZ_IS_SERIAL_PORT_CONFIGURATION,
                            attachment, "attachment")
