/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/input/vz-keyboard-configuration.h"

/**
 * VzKeyboardConfiguration:
 *
 * A keyboard. Apple: `VZKeyboardConfiguration`.
 */
G_DEFINE_ABSTRACT_TYPE (VzKeyboardConfiguration, vz_keyboard_configuration, VZ_TYPE_CONFIG)

static void
vz_keyboard_configuration_class_init (VzKeyboardConfigurationClass *klass)
{
}

static void
vz_keyboard_configuration_init (VzKeyboardConfiguration *self)
{
}
