/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_SOCKET_DEVICE (vz_socket_device_get_type ())
VZ_PUBLIC
G_DECLARE_DERIVABLE_TYPE (VzSocketDevice, vz_socket_device, VZ, SOCKET_DEVICE, GObject)

/**
 * VzSocketDeviceClass:
 *
 * The class of #VzSocketDevice.
 */
struct _VzSocketDeviceClass {
  GObjectClass parent_class;
};

G_END_DECLS
