/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/input/vz-keyboard-configuration.h"

G_BEGIN_DECLS

#define VZ_TYPE_MAC_KEYBOARD_CONFIGURATION (vz_mac_keyboard_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzMacKeyboardConfiguration, vz_mac_keyboard_configuration, VZ,
                      MAC_KEYBOARD_CONFIGURATION, VzKeyboardConfiguration)

VZ_PUBLIC
VzMacKeyboardConfiguration *vz_mac_keyboard_configuration_new (void);

G_END_DECLS
