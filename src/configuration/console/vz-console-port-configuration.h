/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/console/vz-serial-port-attachment.h"
#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_CONSOLE_PORT_CONFIGURATION (vz_console_port_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzConsolePortConfiguration, vz_console_port_configuration, VZ,
                          CONSOLE_PORT_CONFIGURATION, VzConfig)

/**
 * VzConsolePortConfigurationClass:
 *
 * The class of #VzConsolePortConfiguration.
 */
struct _VzConsolePortConfigurationClass {
  VzConfigClass parent_class;
};

VZ_PUBLIC
VzSerialPortAttachment *
vz_console_port_configuration_get_attachment (VzConsolePortConfiguration *self);
VZ_PUBLIC
void vz_console_port_configuration_set_attachment (VzConsolePortConfiguration *self,
                                                   VzSerialPortAttachment *attachment);

G_END_DECLS
