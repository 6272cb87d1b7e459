/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vz.h"

#include "machine/sockets/vz-virtio-socket-private.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/vm_sockets.h>

/* Connections of a socket device, with this host itself as the guest: if its kernel has
 * vsock_loopback, as Debian's has. */

/* A port belongs to one program on the host, and two runs of this test may overlap. */
#define PORT (60000 + 3 * ((guint) getpid () % 1000))

typedef struct {
  VzVirtioSocketConnection *kept;
  guint asked;
  gboolean accepts;
} Host;

static gboolean
should_accept (VzVirtioSocketListener *listener, VzVirtioSocketConnection *connection,
               VzVirtioSocketDevice *device, Host *host)
{
  host->asked++;
  if (host->accepts)
    g_set_object (&host->kept, connection);
  return host->accepts;
}

static gboolean
has_loopback (void)
{
  struct sockaddr_vm address = { .svm_family = AF_VSOCK,
                                 .svm_cid = VMADDR_CID_LOCAL,
                                 .svm_port = VMADDR_PORT_ANY };
  int fd = socket (AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean has = fd >= 0 && bind (fd, (struct sockaddr *) &address, sizeof address) == 0;

  if (fd >= 0)
    close (fd);
  if (!has)
    g_test_skip ("this host's kernel has no vsock_loopback ('modprobe vsock_loopback' brings it)");
  return has;
}

/* For the guest @cid, with a listener at PORT that asks @host. */
static VzVirtioSocketDevice *
new_device (guint32 cid, Host *host)
{
  VzVirtioSocketDevice *device = vz_virtio_socket_device_new_for_cid (cid, NULL);
  g_autoptr (VzVirtioSocketListener) listener = vz_virtio_socket_listener_new ();
  g_autoptr (GError) error = NULL;

  g_signal_connect (listener, "should-accept-new-connection", G_CALLBACK (should_accept), host);
  vz_virtio_socket_device_set_socket_listener (device, listener, PORT, &error);
  g_assert_no_error (error);
  return device;
}

static void
wait_until_asked (Host *host, guint times)
{
  while (host->asked < times)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_round_trip (void)
{
  g_autoptr (VzVirtioSocketDevice) device = NULL;
  g_autoptr (VzVirtioSocketConnection) guest = NULL;
  Host host = { .accepts = TRUE };
  g_autoptr (GError) error = NULL;
  char text[6] = "";

  if (!has_loopback ())
    return;
  device = new_device (VMADDR_CID_LOCAL, &host);
  guest = vz_virtio_socket_device_connect (device, PORT, NULL, &error);
  g_assert_no_error (error);
  wait_until_asked (&host, 1);
  g_assert_cmpuint (vz_virtio_socket_connection_get_destination_port (guest), ==, PORT);
  g_assert_cmpuint (vz_virtio_socket_connection_get_destination_port (host.kept), ==, PORT);
  g_assert_cmpuint (vz_virtio_socket_connection_get_source_port (guest), ==,
                    vz_virtio_socket_connection_get_source_port (host.kept));
  g_assert_cmpint (write (vz_virtio_socket_connection_get_file_descriptor (guest), "hello", 5), ==,
                   5);
  g_assert_cmpint (read (vz_virtio_socket_connection_get_file_descriptor (host.kept), text, 5), ==,
                   5);
  g_assert_cmpstr (text, ==, "hello");
  vz_virtio_socket_connection_close (host.kept);
  vz_virtio_socket_connection_close (host.kept);
  g_assert_cmpint (vz_virtio_socket_connection_get_file_descriptor (host.kept), ==, -1);
  g_assert_cmpint (read (vz_virtio_socket_connection_get_file_descriptor (guest), text, 5), ==, 0);
  g_object_unref (host.kept);
}

/* Refused by the listener, and because nobody is there; accepted without any handler. */
static void
test_refused (void)
{
  g_autoptr (VzVirtioSocketDevice) device = NULL;
  g_autoptr (VzVirtioSocketConnection) guest = NULL;
  Host host = { .accepts = FALSE };
  g_autoptr (GError) error = NULL;
  char byte;

  if (!has_loopback ())
    return;
  device = new_device (VMADDR_CID_LOCAL, &host);
  g_assert_null (vz_virtio_socket_device_connect (device, PORT + 1, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
  g_clear_error (&error);
  guest = vz_virtio_socket_device_connect (device, PORT, NULL, &error);
  g_assert_no_error (error);
  wait_until_asked (&host, 1);
  g_assert_cmpint (read (vz_virtio_socket_connection_get_file_descriptor (guest), &byte, 1), <=, 0);
  vz_virtio_socket_device_remove_socket_listener (device, PORT);
  g_assert_null (vz_virtio_socket_device_connect (device, PORT, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
}

/* What comes from another guest is not for this device's listener. */
static void
test_stranger (void)
{
  g_autoptr (VzVirtioSocketDevice) device = NULL;
  g_autoptr (VzVirtioSocketDevice) here = NULL;
  g_autoptr (VzVirtioSocketConnection) stranger = NULL;
  Host host = { .accepts = TRUE };
  g_autoptr (GError) error = NULL;
  char byte;

  if (!has_loopback ())
    return;
  device = new_device (4711, &host);
  here = vz_virtio_socket_device_new_for_cid (VMADDR_CID_LOCAL, NULL);
  stranger = vz_virtio_socket_device_connect (here, PORT, NULL, &error);
  g_assert_no_error (error);
  g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (read (vz_virtio_socket_connection_get_file_descriptor (stranger), &byte, 1), <=,
                   0);
  g_assert_cmpuint (host.asked, ==, 0);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzVirtioSocketConnection) connection =
    vz_virtio_socket_device_connect_finish (VZ_VIRTIO_SOCKET_DEVICE (source), result, &error);

  g_assert_null (connection);
  *(int *) data = error->code;
}

/* Even if the kernel has nothing: the callback is called, with the reason. */
static void
test_async (void)
{
  g_autoptr (VzVirtioSocketDevice)
    device = vz_virtio_socket_device_new_for_cid (VMADDR_CID_LOCAL, NULL);
  int code = 0;

  vz_virtio_socket_device_connect_async (device, PORT + 2, NULL, on_connected, &code);
  while (code == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (code == VZ_ERROR_NOT_FOUND || code == VZ_ERROR_NOT_SUPPORTED ||
                 code == VZ_ERROR_TIMED_OUT || code == VZ_ERROR_IO);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vsock/round-trip", test_round_trip);
  g_test_add_func ("/vsock/refused", test_refused);
  g_test_add_func ("/vsock/stranger", test_stranger);
  g_test_add_func ("/vsock/async", test_async);
  return g_test_run ();
}
