/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/console/vz-serial-port-attachment.h"
#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_SERIAL_PORT_CONFIGURATION (vz_serial_port_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzSerialPortConfiguration, vz_serial_port_configuration, VZ,
                          SERIAL_PORT_CONFIGURATION, VzConfig)

/**
 * VzSerialPortConfigurationClass:
 *
 * The class of #VzSerialPortConfiguration.
 */
struct _VzSerialPortConfigurationClass {
  VzConfigClass parent_class;
};

VZ_PUBLIC
VzSerialPortAttachment *
vz_serial_port_configuration_get_attachment (VzSerialPortConfiguration *self);
VZ_PUBLIC
void vz_serial_port_configuration_set_attachment (VzSerialPortConfiguration *self,
                                                  VzSerialPortAttachment *attachment);

G_END_DECLS
