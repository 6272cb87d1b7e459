/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/devices/vz-usb-controller.h"

G_BEGIN_DECLS

#define VZ_TYPE_XHCI_CONTROLLER (vz_xhci_controller_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzXHCIController, vz_xhci_controller, VZ, XHCI_CONTROLLER, VzUSBController)

G_END_DECLS
