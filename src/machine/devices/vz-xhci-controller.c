/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/devices/vz-xhci-controller.h"

/**
 * VzXHCIController:
 *
 * An xHCI controller of a machine, one for each #VzXHCIControllerConfiguration. Apple:
 * `VZXHCIController`.
 *
 * QEMU: `qemu-xhci`.
 *
 * Since: 0.1
 */
struct _VzXHCIController {
  VzUSBController parent_instance;
};

G_DEFINE_FINAL_TYPE (VzXHCIController, vz_xhci_controller, VZ_TYPE_USB_CONTROLLER)

static void
vz_xhci_controller_class_init (VzXHCIControllerClass *klass)
{
}

static void
vz_xhci_controller_init (VzXHCIController *self)
{
}
