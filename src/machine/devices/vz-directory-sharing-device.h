/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_DIRECTORY_SHARING_DEVICE (vz_directory_sharing_device_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzDirectorySharingDevice, vz_directory_sharing_device, VZ,
                          DIRECTORY_SHARING_DEVICE, GObject)

/**
 * VzDirectorySharingDeviceClass:
 *
 * The class of #VzDirectorySharingDevice.
 */
struct _VzDirectorySharingDeviceClass {
  GObjectClass parent_class;
};

G_END_DECLS
