/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_KEYBOARD_CONFIGURATION (vz_keyboard_configuration_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzKeyboardConfiguration, vz_keyboard_configuration, VZ,
                          KEYBOARD_CONFIGURATION, VzConfig)

/**
 * VzKeyboardConfigurationClass:
 *
 * The class of #VzKeyboardConfiguration.
 */
struct _VzKeyboardConfigurationClass {
  VzConfigClass parent_class;
};

G_END_DECLS
