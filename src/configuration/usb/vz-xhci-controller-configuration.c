/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/usb/vz-xhci-controller-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzXHCIControllerConfiguration:
 *
 * An xHCI controller, which has USB devices when the machine starts and accepts more while it runs.
 * Apple: `VZXHCIControllerConfiguration`.
 *
 * QEMU: `qemu-xhci` with 15 ports. Keyboards, pointing devices and the USB devices among the
 * storage devices are on the first controller.
 *
 * Since: 0.1
 */
struct _VzXHCIControllerConfiguration {
  VzUSBControllerConfiguration parent_instance;

  GPtrArray *usb_devices; /* of VzUSBDeviceConfiguration */
};

static const VzField fields[] = {
  VZ_ARRAY ("usb-devices", VzXHCIControllerConfiguration, usb_devices,
            "the devices attached when the machine starts", vz_usb_device_configuration_get_type),
};

VZ_DEFINE_CONFIG (VzXHCIControllerConfiguration, vz_xhci_controller_configuration,
                  VZ_TYPE_USB_CONTROLLER_CONFIGURATION)

/**
 * vz_xhci_controller_configuration_new:
 *
 * Makes an xHCI controller without devices.
 *
 * Returns: (transfer full): the XHCI controller
 */
VzXHCIControllerConfiguration *
vz_xhci_controller_configuration_new (void)
{
  return g_object_new (VZ_TYPE_XHCI_CONTROLLER_CONFIGURATION, NULL);
}
