/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/sockets/vz-virtio-socket-private.h"

#include "configuration/socket/vz-virtio-socket-device-configuration.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-async.h"
#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"
#include "machine/sockets/vz-vsock-socket.h"

#include <errno.h>
#include <glib-unix.h>
#include <unistd.h>

/* How this works
 *
 * The host's kernel is the other end of a guest's virtio socket device: programs on the host
 * connect to the guest's number and a port, and listen on ports shared by all guests of the host.
 * So there is one socket per port with a listener, and connections from other guests are closed.
 * The sockets are watched on the machine's main context. */

#define RETRY_MS 100

/**
 * VzVirtioSocketDevice:
 *
 * A virtio socket device of a machine: it connects programs in the guest with programs on the host,
 * without a network. Apple: `VZVirtioSocketDevice`.
 *
 * On Linux only one program at a time can listen on a given host port, whatever the guest. So two
 * machines that both need a listener for the same port must be run by one program.
 *
 * QEMU: `vhost-vsock-pci`.
 *
 * Since: 0.1
 */
struct _VzVirtioSocketDevice {
  VzSocketDevice parent_instance;

  GWeakRef machine;
  gboolean has_machine;
  GMainContext *context;
  guint32 cid;
  GMutex lock; /* guards everything below */
  GHashTable *ports; /* of Port, by number */
};

G_DEFINE_FINAL_TYPE (VzVirtioSocketDevice, vz_virtio_socket_device, VZ_TYPE_SOCKET_DEVICE)

typedef struct {
  gatomicrefcount references; /* from the table and from the source */
  GWeakRef device;
  VzVirtioSocketListener *listener;
  guint32 number;
  int fd;
  GSource *source;
} Port;

static void
port_unref (gpointer data)
{
  Port *self = data;

  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_weak_ref_clear (&self->device);
  g_clear_object (&self->listener);
  vz_file_close (&self->fd);
  g_free (self);
}

/* The source's own reference is dropped with it, once nobody is in its callback any more. */
static void
port_end (gpointer data)
{
  Port *self = data;

  g_source_destroy (self->source);
  g_source_unref (self->source);
  port_unref (self);
}

static void
finalize (GObject *object)
{
  VzVirtioSocketDevice *self = VZ_VIRTIO_SOCKET_DEVICE (object);

  g_hash_table_unref (self->ports);
  g_mutex_clear (&self->lock);
  g_weak_ref_clear (&self->machine);
  g_clear_pointer (&self->context, g_main_context_unref);
  G_OBJECT_CLASS (vz_virtio_socket_device_parent_class)->finalize (object);
}

static void
vz_virtio_socket_device_class_init (VzVirtioSocketDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
vz_virtio_socket_device_init (VzVirtioSocketDevice *self)
{
  g_weak_ref_init (&self->machine, NULL);
  g_mutex_init (&self->lock);
  self->ports = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, port_end);
}

VzVirtioSocketDevice *
vz_virtio_socket_device_new_for_cid (guint32 cid, GMainContext *context)
{
  VzVirtioSocketDevice *self = g_object_new (VZ_TYPE_VIRTIO_SOCKET_DEVICE, NULL);

  self->cid = cid;
  self->context = context != NULL ? g_main_context_ref (context) : NULL;
  return self;
}

VzSocketDevice *
vz_virtio_socket_device_new (VzVirtualMachine *machine)
{
  VzMachineIdentifier *identifier = vz_virtual_machine_get_identifier (machine);
  guint32 cid =
    identifier != NULL ? vz_virtio_socket_device_configuration_derive_guest_cid (identifier) : 0;
  VzVirtioSocketDevice *self =
    vz_virtio_socket_device_new_for_cid (cid, vz_machine_core_get_context (machine->core));

  g_weak_ref_set (&self->machine, machine);
  self->has_machine = TRUE;
  return VZ_SOCKET_DEVICE (self);
}

static VzVirtioSocketListener *
dup_listener (VzVirtioSocketDevice *self, Port *port)
{
  VzVirtioSocketListener *listener;

  g_mutex_lock (&self->lock);
  listener = g_object_ref (port->listener);
  g_mutex_unlock (&self->lock);
  return listener;
}

static gboolean
on_connection (int fd, GIOCondition condition, gpointer data)
{
  Port *port = data;
  g_autoptr (VzVirtioSocketDevice) self = g_weak_ref_get (&port->device);
  g_autoptr (VzVirtioSocketListener) listener = self != NULL ? dup_listener (self, port) : NULL;
  g_autoptr (VzVirtioSocketConnection) connection = NULL;
  guint32 cid, source_port;
  int accepted = vz_vsock_socket_accept (fd, &cid, &source_port);

  /* Without free descriptors it stays pending, and would be reported again at once. */
  if (accepted < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM))
    vz_pause (RETRY_MS, NULL, NULL);
  if (listener == NULL || (accepted >= 0 && cid != self->cid))
    vz_file_close (&accepted);
  if (accepted < 0)
    return listener != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
  connection = vz_virtio_socket_connection_new (accepted, port->number, source_port);
  if (!vz_virtio_socket_listener_ask (listener, connection, self))
    vz_virtio_socket_connection_close (connection);
  return G_SOURCE_CONTINUE;
}

static Port *
port_new (VzVirtioSocketDevice *self, VzVirtioSocketListener *listener, guint32 number, int fd)
{
  Port *port = g_new0 (Port, 1);

  g_atomic_ref_count_init (&port->references);
  g_atomic_ref_count_inc (&port->references);
  g_weak_ref_init (&port->device, self);
  port->listener = g_object_ref (listener);
  port->number = number;
  port->fd = fd;
  port->source = g_unix_fd_source_new (fd, G_IO_IN);
  g_source_set_callback (port->source, G_SOURCE_FUNC (on_connection), port, port_unref);
  g_source_attach (port->source, self->context);
  return port;
}

/**
 * vz_virtio_socket_device_set_socket_listener:
 * @self: a socket device
 * @listener: the listener that decides on connections to @port
 * @port: a host port, below 4294967295; those below 1024 are reserved for root
 * @error: return location for an error, or %NULL
 *
 * Makes @listener decide on each connection that a program in the guest makes to @port, in place of
 * any listener that the port had. Apple: `setSocketListener(_:forPort:)`, which cannot fail.
 *
 * Returns: whether it listens on the port; otherwise @error is %VZ_ERROR_BUSY when another program
 *   on this host already does, %VZ_ERROR_INVALID_ARGUMENT, %VZ_ERROR_NOT_SUPPORTED or %VZ_ERROR_IO
 */
gboolean
vz_virtio_socket_device_set_socket_listener (VzVirtioSocketDevice *self,
                                             VzVirtioSocketListener *listener, guint32 port,
                                             GError **error)
{
  Port *known;
  int fd = -1;
  VZ_ERROR_PREFIX ("port %u of the host", port);

  g_return_val_if_fail (VZ_IS_VIRTIO_SOCKET_DEVICE (self) &&
                          VZ_IS_VIRTIO_SOCKET_LISTENER (listener),
                        FALSE);
  if (port == G_MAXUINT32)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "must be at most %u", G_MAXUINT32 - 1);
  g_mutex_lock (&self->lock);
  known = g_hash_table_lookup (self->ports, GUINT_TO_POINTER (port));
  if (known != NULL)
    g_set_object (&known->listener, listener);
  else
    fd = vz_vsock_socket_listen (port, error);
  if (fd >= 0)
    g_hash_table_insert (self->ports, GUINT_TO_POINTER (port), port_new (self, listener, port, fd));
  g_mutex_unlock (&self->lock);
  return known != NULL || fd >= 0;
}

/**
 * vz_virtio_socket_device_remove_socket_listener:
 * @self: a socket device
 * @port: a host port
 *
 * Stops listening on @port; accepted connections stay open. Does nothing when there is no listener.
 * Apple: `removeSocketListener(forPort:)`.
 */
void
vz_virtio_socket_device_remove_socket_listener (VzVirtioSocketDevice *self, guint32 port)
{
  g_return_if_fail (VZ_IS_VIRTIO_SOCKET_DEVICE (self));
  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->ports, GUINT_TO_POINTER (port));
  g_mutex_unlock (&self->lock);
}

static gboolean
check_running (VzVirtioSocketDevice *self, GError **error)
{
  g_autoptr (VzVirtualMachine) machine = g_weak_ref_get (&self->machine);

  if (!self->has_machine)
    return TRUE;
  return machine != NULL
           ? vz_virtual_machine_get_running_engine (machine, error) != NULL
           : vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE, "the machine is gone");
}

/**
 * vz_virtio_socket_device_connect:
 * @self: a socket device of a running machine
 * @port: a guest port, below 4294967295
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Connects to a program in the guest. Apple: `connect(toPort:completionHandler:)`.
 *
 * Returns: (transfer full) (nullable): the connection, or %NULL with code 3 (state),
 *   %VZ_ERROR_NOT_FOUND when nothing in the guest listens on @port, %VZ_ERROR_TIMED_OUT when the
 *   guest does not answer within two seconds, %VZ_ERROR_INVALID_ARGUMENT, %VZ_ERROR_NOT_SUPPORTED,
 *   %VZ_ERROR_IO or %G_IO_ERROR_CANCELLED
 */
VzVirtioSocketConnection *
vz_virtio_socket_device_connect (VzVirtioSocketDevice *self, guint32 port,
                                 GCancellable *cancellable, GError **error)
{
  guint32 own_port;
  int fd;
  VZ_ERROR_PREFIX ("port %u of the guest", port);

  g_return_val_if_fail (VZ_IS_VIRTIO_SOCKET_DEVICE (self), NULL);
  if (port == G_MAXUINT32)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "must be at most %u", G_MAXUINT32 - 1);
  if (!check_running (self, error))
    return NULL;
  fd = vz_vsock_socket_connect (self->cid, port, &own_port, cancellable, error);
  return fd >= 0 ? vz_virtio_socket_connection_new (fd, port, own_port) : NULL;
}

static gpointer
connect_call (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  return vz_virtio_socket_device_connect (source, GPOINTER_TO_UINT (data), cancellable, error);
}

/**
 * vz_virtio_socket_device_connect_async:
 * @self: a socket device of a running machine
 * @port: a guest port, below 4294967295
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is connected or has failed
 * @user_data: for @callback
 *
 * vz_virtio_socket_device_connect() without blocking.
 */
void
vz_virtio_socket_device_connect_async (VzVirtioSocketDevice *self, guint32 port,
                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  const VzAsync async = { connect_call, vz_virtio_socket_device_connect_async,
                          GUINT_TO_POINTER (port), NULL, g_object_unref };

  g_return_if_fail (VZ_IS_VIRTIO_SOCKET_DEVICE (self));
  vz_async_start (&async, self, cancellable, callback, user_data);
}

/**
 * vz_virtio_socket_device_connect_finish:
 * @self: a socket device
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: (transfer full) (nullable): as vz_virtio_socket_device_connect()
 */
VzVirtioSocketConnection *
vz_virtio_socket_device_connect_finish (VzVirtioSocketDevice *self, GAsyncResult *result,
                                        GError **error)
{
  return vz_async_finish (result, self, vz_virtio_socket_device_connect_async, error);
}
