/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/input/vz-keyboard-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_USB_KEYBOARD_CONFIGURATION (vz_usb_keyboard_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzUSBKeyboardConfiguration, vz_usb_keyboard_configuration, VZ,
                      USB_KEYBOARD_CONFIGURATION, VzKeyboardConfiguration)

VZ_PUBLIC
VzUSBKeyboardConfiguration *vz_usb_keyboard_configuration_new (void);

G_END_DECLS
