/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/graphics/vz-graphics-device-configuration.h"
#include "machine/screen/vz-graphics-device.h"
#include "machine/vz-virtual-machine.h"

G_BEGIN_DECLS

VzGraphicsDevice *vz_graphics_device_new (VzVirtualMachine *machine,
                                          VzGraphicsDeviceConfiguration *configuration);
VzGraphicsDisplay *vz_graphics_display_new (VzVirtualMachine *machine,
                                            VzGraphicsDisplayConfiguration *configuration);
/* Its latest configuration. */
VzGraphicsDisplayConfiguration *vz_graphics_display_dup_configuration (VzGraphicsDisplay *self);

G_END_DECLS
