/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "machine/sockets/vz-virtio-socket-device.h"
#include "machine/vz-virtual-machine-private.h"

G_BEGIN_DECLS

/* Takes ownership of @fd. */
VzVirtioSocketConnection *vz_virtio_socket_connection_new (int fd, guint32 destination_port,
                                                           guint32 source_port);

gboolean vz_virtio_socket_listener_ask (VzVirtioSocketListener *self,
                                        VzVirtioSocketConnection *connection,
                                        VzVirtioSocketDevice *device);

VzSocketDevice *vz_virtio_socket_device_new (VzVirtualMachine *machine);
/* The device of the guest @cid, whatever that guest is; listeners are called on @context
 * (nullable). */
VzVirtioSocketDevice *vz_virtio_socket_device_new_for_cid (guint32 cid, GMainContext *context);

G_END_DECLS
