/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/usb/vz-usb-controller-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_XHCI_CONTROLLER_CONFIGURATION (vz_xhci_controller_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzXHCIControllerConfiguration, vz_xhci_controller_configuration, VZ,
                      XHCI_CONTROLLER_CONFIGURATION, VzUSBControllerConfiguration)

VZ_PUBLIC
VzXHCIControllerConfiguration *vz_xhci_controller_configuration_new (void);

G_END_DECLS
