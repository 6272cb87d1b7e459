/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sockets.h"

#include "../machine/guest-fixture.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#define HOST_PORT 4711
#define GUEST_PORT 4712
#define TIMEOUT_MS (60 * 1000)
#define ECHO_SIZE (1 << 20)

typedef struct {
  Guest *guest;
  VzVirtioSocketDevice *device; /* of the machine's object */
  VzVirtioSocketConnection *accepted;
  guint asked;
  gboolean accepts;
} Case;

static void
take_device (Case *self)
{
  GPtrArray *devices;

  if (self->guest->machine == NULL)
    self->guest->machine = vz_virtual_machine_new (self->guest->configuration);
  devices = vz_virtual_machine_get_socket_devices (self->guest->machine);
  g_assert_cmpuint (devices->len, ==, 1);
  self->device = devices->pdata[0];
}

static void
case_set_up (Case *self, gconstpointer data)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  self->guest = guest_new ("x86_64");
  g_assert_nonnull (self->guest); /* here nothing may be skipped */
  g_ptr_array_add (devices, vz_virtio_socket_device_configuration_new ());
  vz_virtual_machine_configuration_set_socket_devices (self->guest->configuration, devices);
  take_device (self);
  guest_start (self->guest);
  g_free (guest_expect (self->guest, "READY"));
}

static void
case_tear_down (Case *self, gconstpointer data)
{
  g_clear_object (&self->accepted);
  guest_free (self->guest);
}

static gboolean
should_accept (VzVirtioSocketListener *listener, VzVirtioSocketConnection *connection,
               VzVirtioSocketDevice *device, Case *self)
{
  self->asked++;
  if (self->accepts)
    g_set_object (&self->accepted, connection);
  return self->accepts;
}

static void
listen_on (Case *self, gboolean accepts)
{
  g_autoptr (VzVirtioSocketListener) listener = vz_virtio_socket_listener_new ();
  g_autoptr (GError) error = NULL;

  self->accepts = accepts;
  g_signal_connect (listener, "should-accept-new-connection", G_CALLBACK (should_accept), self);
  vz_virtio_socket_device_set_socket_listener (self->device, listener, HOST_PORT, &error);
  g_assert_no_error (error);
}

static gssize
receive (VzVirtioSocketConnection *connection, char *data, gsize size)
{
  int fd = vz_virtio_socket_connection_get_file_descriptor (connection);
  struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

  g_assert_cmpint (poll (&poll_fd, 1, TIMEOUT_MS), ==, 1);
  return read (fd, data, size);
}

/* The guest calls, the host answers. */
static void
exchange (Case *self)
{
  g_autofree char *answer = NULL;
  guint before = self->asked;
  char text[6] = "";

  guest_say (self->guest, "vsock-call " G_STRINGIFY (HOST_PORT) " hello");
  guest_iterate_until (&self->asked, before + 1);
  g_assert_cmpint (receive (self->accepted, text, 5), ==, 5);
  g_assert_cmpstr (text, ==, "hello");
  g_assert_cmpint (write (vz_virtio_socket_connection_get_file_descriptor (self->accepted),
                          "you too", 7),
                   ==, 7);
  answer = guest_expect (self->guest, "answer ");
  g_assert_cmpstr (g_strchomp (answer), ==, "you too");
  g_free (guest_expect (self->guest, "ok"));
  vz_virtio_socket_connection_close (self->accepted);
}

static void
test_guest_calls (Case *self, gconstpointer data)
{
  listen_on (self, TRUE);
  exchange (self);
  exchange (self);
  vz_virtio_socket_device_remove_socket_listener (self->device, HOST_PORT);
  guest_say (self->guest, "vsock-call " G_STRINGIFY (HOST_PORT) " nobody");
  g_free (guest_expect (self->guest, "error"));
  listen_on (self, FALSE);
  guest_say (self->guest, "vsock-call " G_STRINGIFY (HOST_PORT) " refused");
  guest_iterate_until (&self->asked, 3);
  g_free (guest_expect (self->guest, "error"));
}

/* Sends while it receives: neither side has room for all of it. */
static void
assert_echo (VzVirtioSocketConnection *connection)
{
  int fd = vz_virtio_socket_connection_get_file_descriptor (connection);
  g_autofree guint8 *sent = g_malloc (ECHO_SIZE), *got = g_malloc (ECHO_SIZE);
  gsize n_sent = 0, n_got = 0;

  for (gsize i = 0; i < ECHO_SIZE; i++)
    sent[i] = (guint8) g_random_int ();
  while (n_got < ECHO_SIZE)
    {
      gsize size = MIN (ECHO_SIZE - n_sent, 16384);
      struct pollfd poll_fd = { .fd = fd,
                                .events = (short) (size > 0 ? POLLIN | POLLOUT : POLLIN) };

      g_assert_cmpint (poll (&poll_fd, 1, TIMEOUT_MS), ==, 1);
      if ((poll_fd.revents & POLLIN) != 0)
        {
          gssize n = read (fd, got + n_got, ECHO_SIZE - n_got);

          g_assert_cmpint (n, >, 0);
          n_got += (gsize) n;
        }
      else if (size > 0)
        {
          gssize n = write (fd, sent + n_sent, size);

          g_assert_cmpint (n, >, 0);
          n_sent += (gsize) n;
        }
    }
  g_assert_cmpmem (sent, ECHO_SIZE, got, ECHO_SIZE);
}

static void
test_host_calls (Case *self, gconstpointer data)
{
  g_autoptr (VzVirtioSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (vz_virtio_socket_device_connect (self->device, GUEST_PORT, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
  g_clear_error (&error);
  guest_say (self->guest, "vsock-echo " G_STRINGIFY (GUEST_PORT));
  g_free (guest_expect (self->guest, "listening"));
  connection = vz_virtio_socket_device_connect (self->device, GUEST_PORT, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vz_virtio_socket_connection_get_destination_port (connection), ==, GUEST_PORT);
  assert_echo (connection);
  vz_virtio_socket_connection_close (connection);
  g_free (guest_expect (self->guest, "ok"));
}

/* A connection does not outlive the run that it was made in: both sides are told. A restored guest
 * can be called, and calls, as before. */
static void
test_restored (Case *self, gconstpointer data)
{
  g_autofree char *path = guest_dup_save_path (self->guest);
  g_autoptr (VzVirtioSocketConnection) before = NULL;
  g_autoptr (GError) error = NULL;
  char byte;

  guest_say (self->guest, "vsock-echo " G_STRINGIFY (GUEST_PORT));
  g_free (guest_expect (self->guest, "listening"));
  before = vz_virtio_socket_device_connect (self->device, GUEST_PORT, NULL, &error);
  g_assert_no_error (error);
  guest_pause_and_save (self->guest, path);
  g_assert_cmpint (receive (before, &byte, 1), <=, 0);
  guest_make_again (self->guest);
  take_device (self);
  vz_virtual_machine_restore_machine_state_from_file (self->guest->machine, path, NULL, NULL,
                                                      &error);
  g_assert_no_error (error);
  guest_connect (self->guest); /* before the guest can say anything, which would be lost */
  vz_virtual_machine_resume (self->guest->machine, NULL, &error);
  g_assert_no_error (error);
  g_free (guest_expect (self->guest, "error")); /* of the echo, whose connection was reset */
  listen_on (self, TRUE);
  exchange (self);
}

void
sockets_add_tests (void)
{
  g_test_add ("/sockets/guest-calls", Case, NULL, case_set_up, test_guest_calls, case_tear_down);
  g_test_add ("/sockets/host-calls", Case, NULL, case_set_up, test_host_calls, case_tear_down);
  g_test_add ("/sockets/restored", Case, NULL, case_set_up, test_restored, case_tear_down);
}
