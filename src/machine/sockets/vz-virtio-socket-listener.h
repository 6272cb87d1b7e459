/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_SOCKET_LISTENER (vz_virtio_socket_listener_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioSocketListener, vz_virtio_socket_listener, VZ, VIRTIO_SOCKET_LISTENER,
                      GObject)

VZ_PUBLIC
VzVirtioSocketListener *vz_virtio_socket_listener_new (void);

G_END_DECLS
