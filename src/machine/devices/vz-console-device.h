/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_CONSOLE_DEVICE (vz_console_device_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzConsoleDevice, vz_console_device, VZ, CONSOLE_DEVICE, GObject)

/**
 * VzConsoleDeviceClass:
 *
 * The class of #VzConsoleDevice.
 */
struct _VzConsoleDeviceClass {
  GObjectClass parent_class;
};

G_END_DECLS
