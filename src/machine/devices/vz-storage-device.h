/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_STORAGE_DEVICE (vz_storage_device_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzStorageDevice, vz_storage_device, VZ, STORAGE_DEVICE, GObject)

/**
 * VzStorageDeviceClass:
 *
 * The class of #VzStorageDevice.
 */
struct _VzStorageDeviceClass {
  GObjectClass parent_class;
};

G_END_DECLS
