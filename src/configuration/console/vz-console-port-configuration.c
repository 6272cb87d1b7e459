/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-console-port-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzConsolePortConfiguration:
 *
 * A port of a console device. Apple: `VZConsolePortConfiguration`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzConsolePortConfiguration, vz_console_port_configuration)

/**
 * vz_console_port_configuration_get_attachment:
 * @self: a console port
 *
 * Returns: (transfer none) (nullable): where the port's bytes go to and come from; %NULL: nowhere
 */
/**
 * vz_console_port_configuration_set_attachment:
 * @self: a console port
 * @attachment: (nullable): where the port's bytes go to and come from; %NULL: nowhere
 *
 * Sets what vz_console_port_configuration_get_attachment() returns.
 */
VZ_ACCESS_INHERITED_OBJECT (VzSerialPortAttachment, VzConsolePortConfiguration,
                            vz_console_port_configuration, attachment, "attachment")
