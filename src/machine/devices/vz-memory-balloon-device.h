/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_MEMORY_BALLOON_DEVICE (vz_memory_balloon_device_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzMemoryBalloonDevice, vz_memory_balloon_device, VZ,
                          MEMORY_BALLOON_DEVICE, GObject)

/**
 * VzMemoryBalloonDeviceClass:
 *
 * The class of #VzMemoryBalloonDevice.
 */
struct _VzMemoryBalloonDeviceClass {
  GObjectClass parent_class;
};

G_END_DECLS
