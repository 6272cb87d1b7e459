/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/input/vz-mac-keyboard-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzMacKeyboardConfiguration:
 *
 * The keyboard of macOS guests. Apple: `VZMacKeyboardConfiguration`.
 *
 * QEMU: `usb-kbd`.
 *
 * Since: 0.1
 */
struct _VzMacKeyboardConfiguration {
  VzKeyboardConfiguration parent_instance;
};

VZ_DEFINE_BARE_CONFIG (VzMacKeyboardConfiguration, vz_mac_keyboard_configuration,
                       VZ_TYPE_KEYBOARD_CONFIGURATION)

/**
 * vz_mac_keyboard_configuration_new:
 *
 * Makes a Mac keyboard.
 *
 * Returns: (transfer full): the Mac keyboard
 */
VzMacKeyboardConfiguration *
vz_mac_keyboard_configuration_new (void)
{
  return g_object_new (VZ_TYPE_MAC_KEYBOARD_CONFIGURATION, NULL);
}
