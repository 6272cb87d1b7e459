/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_SOCKET_CONNECTION (vz_virtio_socket_connection_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioSocketConnection, vz_virtio_socket_connection, VZ,
                      VIRTIO_SOCKET_CONNECTION, GObject)

VZ_PUBLIC
guint32 vz_virtio_socket_connection_get_destination_port (VzVirtioSocketConnection *self);
VZ_PUBLIC
guint32 vz_virtio_socket_connection_get_source_port (VzVirtioSocketConnection *self);
VZ_PUBLIC
int vz_virtio_socket_connection_get_file_descriptor (VzVirtioSocketConnection *self);
VZ_PUBLIC
void vz_virtio_socket_connection_close (VzVirtioSocketConnection *self);

G_END_DECLS
