/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/input/vz-keyboard-configuration.h"

#include "foundation/config/vz-field.h"

/**
 * VzKeyboardConfiguration:
 *
 * A keyboard. Apple: `VZKeyboardConfiguration`.
 *
 * QEMU: see its subclasses.
 *
 * Since: 0.1
 */
VZ_DEFINE_ABSTRACT_CONFIG (VzKeyboardConfiguration, vz_keyboard_configuration)
