/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/input/vz-usb-keyboard-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzUSBKeyboardConfiguration:
 *
 * A USB keyboard. Apple: `VZUSBKeyboardConfiguration`.
 *
 * QEMU: `usb-kbd`, on `qemu-xhci`.
 *
 * Since: 0.1
 */
struct _VzUSBKeyboardConfiguration {
  VzKeyboardConfiguration parent_instance;
};

VZ_DEFINE_BARE_CONFIG (VzUSBKeyboardConfiguration, vz_usb_keyboard_configuration,
                       VZ_TYPE_KEYBOARD_CONFIGURATION)

/**
 * vz_usb_keyboard_configuration_new:
 *
 * Makes a USB keyboard.
 *
 * Returns: (transfer full): the USB keyboard
 */
VzUSBKeyboardConfiguration *
vz_usb_keyboard_configuration_new (void)
{
  return g_object_new (VZ_TYPE_USB_KEYBOARD_CONFIGURATION, NULL);
}
