/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/sockets/vz-virtio-socket-private.h"

#include <unistd.h>

/**
 * VzVirtioSocketConnection:
 *
 * A connection between a program in the guest and one on the host. Apple:
 * `VZVirtioSocketConnection`.
 *
 * QEMU: nothing; this is a socket of the host's kernel (`AF_VSOCK`).
 *
 * Since: 0.1
 */
struct _VzVirtioSocketConnection {
  GObject parent_instance;

  gint fd; /* -1: closed */
  guint32 destination_port, source_port;
};

G_DEFINE_FINAL_TYPE (VzVirtioSocketConnection, vz_virtio_socket_connection, G_TYPE_OBJECT)

static void
finalize (GObject *object)
{
  vz_virtio_socket_connection_close (VZ_VIRTIO_SOCKET_CONNECTION (object));
  G_OBJECT_CLASS (vz_virtio_socket_connection_parent_class)->finalize (object);
}

static void
vz_virtio_socket_connection_class_init (VzVirtioSocketConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
vz_virtio_socket_connection_init (VzVirtioSocketConnection *self)
{
  self->fd = -1;
}

VzVirtioSocketConnection *
vz_virtio_socket_connection_new (int fd, guint32 destination_port, guint32 source_port)
{
  VzVirtioSocketConnection *self = g_object_new (VZ_TYPE_VIRTIO_SOCKET_CONNECTION, NULL);

  self->fd = fd;
  self->destination_port = destination_port;
  self->source_port = source_port;
  return self;
}

/**
 * vz_virtio_socket_connection_get_destination_port:
 * @self: a connection
 *
 * Apple: `destinationPort`.
 *
 * Returns: the port that was connected to: on the guest if the host connected, on the host if the
 *   guest did
 */
guint32
vz_virtio_socket_connection_get_destination_port (VzVirtioSocketConnection *self)
{
  g_return_val_if_fail (VZ_IS_VIRTIO_SOCKET_CONNECTION (self), 0);
  return self->destination_port;
}

/**
 * vz_virtio_socket_connection_get_source_port:
 * @self: a connection
 *
 * Apple: `sourcePort`.
 *
 * Returns: the port on the side that made the connection
 */
guint32
vz_virtio_socket_connection_get_source_port (VzVirtioSocketConnection *self)
{
  g_return_val_if_fail (VZ_IS_VIRTIO_SOCKET_CONNECTION (self), 0);
  return self->source_port;
}

/**
 * vz_virtio_socket_connection_get_file_descriptor:
 * @self: a connection
 *
 * Apple: `fileDescriptor`. The socket is blocking, is closed on exec, and belongs to the
 * connection, which closes it when it ends; duplicate it to keep it longer. When the guest has gone
 * away, or was restored from a saved state, reading from it fails with `ECONNRESET` or returns end
 * of file.
 *
 * Returns: the socket, or -1 once the connection is closed
 */
int
vz_virtio_socket_connection_get_file_descriptor (VzVirtioSocketConnection *self)
{
  g_return_val_if_fail (VZ_IS_VIRTIO_SOCKET_CONNECTION (self), -1);
  return g_atomic_int_get (&self->fd);
}

/**
 * vz_virtio_socket_connection_close:
 * @self: a connection
 *
 * Closes the connection; does nothing if it is already closed. Apple: `close()`.
 */
void
vz_virtio_socket_connection_close (VzVirtioSocketConnection *self)
{
  int fd;

  g_return_if_fail (VZ_IS_VIRTIO_SOCKET_CONNECTION (self));
  fd = g_atomic_int_exchange (&self->fd, -1);
  if (fd >= 0)
    close (fd);
}
