/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/sockets/vz-socket-device.h"
#include "machine/sockets/vz-virtio-socket-connection.h"
#include "machine/sockets/vz-virtio-socket-listener.h"

G_BEGIN_DECLS

#define VZ_TYPE_VIRTIO_SOCKET_DEVICE (vz_virtio_socket_device_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzVirtioSocketDevice, vz_virtio_socket_device, VZ, VIRTIO_SOCKET_DEVICE,
                      VzSocketDevice)

VZ_PUBLIC
gboolean vz_virtio_socket_device_set_socket_listener (VzVirtioSocketDevice *self,
                                                      VzVirtioSocketListener *listener,
                                                      guint32 port, GError **error);
VZ_PUBLIC
void vz_virtio_socket_device_remove_socket_listener (VzVirtioSocketDevice *self, guint32 port);
VZ_PUBLIC
VzVirtioSocketConnection *vz_virtio_socket_device_connect (VzVirtioSocketDevice *self, guint32 port,
                                                           GCancellable *cancellable,
                                                           GError **error);
VZ_PUBLIC
void vz_virtio_socket_device_connect_async (VzVirtioSocketDevice *self, guint32 port,
                                            GCancellable *cancellable, GAsyncReadyCallback callback,
                                            gpointer user_data);
VZ_PUBLIC
VzVirtioSocketConnection *vz_virtio_socket_device_connect_finish (VzVirtioSocketDevice *self,
                                                                  GAsyncResult *result,
                                                                  GError **error);

G_END_DECLS
