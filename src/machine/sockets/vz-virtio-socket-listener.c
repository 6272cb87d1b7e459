/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/sockets/vz-virtio-socket-private.h"

/**
 * VzVirtioSocketListener:
 *
 * Decides on the connections that programs in the guest make to the host; one listener may serve
 * several ports. Apple: `VZVirtioSocketListener` and its delegate, which is a signal here.
 *
 * QEMU: nothing.
 *
 * Since: 0.1
 */
struct _VzVirtioSocketListener {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (VzVirtioSocketListener, vz_virtio_socket_listener, G_TYPE_OBJECT)

enum { SIGNAL_SHOULD_ACCEPT, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
vz_virtio_socket_listener_class_init (VzVirtioSocketListenerClass *klass)
{
  /**
   * VzVirtioSocketListener::should-accept-new-connection:
   * @self: the listener
   * @connection: the connection, which ends with its last reference; a handler that keeps it takes
   *   a reference
   * @device: the socket device
   *
   * A program in the guest has connected to one of this listener's ports; emitted on the machine's
   * main context. Once a handler returns %TRUE, no further handler is called. Apple:
   * `listener(_:shouldAcceptNewConnection:from:)`.
   *
   * Returns: %TRUE to accept the connection; it is closed when no handler does
   */
  signals[SIGNAL_SHOULD_ACCEPT] =
    g_signal_new ("should-accept-new-connection", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 2,
                  VZ_TYPE_VIRTIO_SOCKET_CONNECTION, VZ_TYPE_VIRTIO_SOCKET_DEVICE);
}

static void
vz_virtio_socket_listener_init (VzVirtioSocketListener *self)
{
}

/**
 * vz_virtio_socket_listener_new:
 *
 * Makes a listener for vz_virtio_socket_device_set_socket_listener().
 *
 * Returns: (transfer full): the listener
 */
VzVirtioSocketListener *
vz_virtio_socket_listener_new (void)
{
  return g_object_new (VZ_TYPE_VIRTIO_SOCKET_LISTENER, NULL);
}

gboolean
vz_virtio_socket_listener_ask (VzVirtioSocketListener *self, VzVirtioSocketConnection *connection,
                               VzVirtioSocketDevice *device)
{
  gboolean accepted = FALSE;

  g_signal_emit (self, signals[SIGNAL_SHOULD_ACCEPT], 0, connection, device, &accepted);
  return accepted;
}
