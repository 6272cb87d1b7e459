/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-serial-relay.h"

#include "foundation/host/vz-pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  VzSerialRelay *relay;
  int qemu; /* QEMU's end */
  int write; /* what is written here goes to QEMU */
  int read; /* what QEMU says */
} Fixture;

/* Two pipes, or two sockets, for the caller's handles. */
static void
set_up (Fixture *self, gconstpointer data)
{
  gboolean sockets = GPOINTER_TO_INT (data);
  int in[2], out[2];
  g_autoptr (VzFileHandle) reading = NULL;
  g_autoptr (VzFileHandle) writing = NULL;
  g_autoptr (VzFileHandleSerialPortAttachment) attachment = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sockets ? socketpair (AF_UNIX, SOCK_STREAM, 0, in) : pipe (in), ==, 0);
  g_assert_cmpint (sockets ? socketpair (AF_UNIX, SOCK_STREAM, 0, out) : pipe (out), ==, 0);
  reading = vz_file_handle_new (in[0]);
  writing = vz_file_handle_new (out[1]);
  attachment = vz_file_handle_serial_port_attachment_new (reading, writing);
  self->write = in[1];
  self->read = out[0];
  self->relay = vz_serial_relay_new (attachment, &self->qemu, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->relay != NULL)
    vz_serial_relay_free (self->relay);
  close (self->qemu);
  close (self->write);
  if (self->read >= 0)
    close (self->read);
}

static void
assert_reads (int fd, const char *text)
{
  char data[64] = "";
  gsize n = 0;

  while (n < strlen (text))
    {
      struct pollfd wait = { .fd = fd, .events = POLLIN };

      g_assert_cmpint (poll (&wait, 1, 30 * 1000), ==, 1);
      g_assert_cmpint (read (fd, data + n, 1), ==, 1);
      n++;
    }
  g_assert_cmpstr (data, ==, text);
}

static void
test_both_ways (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (write (self->write, "typed", 5), ==, 5);
  assert_reads (self->qemu, "typed");
  g_assert_cmpint (write (self->qemu, "said", 4), ==, 4);
  assert_reads (self->read, "said");
}

/* Fills the path to a reader that does not read. */
static void
fill (Fixture *self)
{
  char block[4096];
  struct pollfd room = { .fd = self->qemu, .events = POLLOUT };

  memset (block, 'x', sizeof block);
  while (poll (&room, 1, 300) == 1)
    if (send (self->qemu, block, sizeof block, MSG_DONTWAIT) < 0)
      g_assert_cmpint (errno, ==, EAGAIN);
}

/* Neither the other direction nor the end waits for a reader that does not read. */
static void
test_reader_that_does_not_read (Fixture *self, gconstpointer data)
{
  gint64 start;

  fill (self);
  g_assert_cmpint (write (self->write, "typed", 5), ==, 5);
  assert_reads (self->qemu, "typed");
  start = g_get_monotonic_time ();
  vz_serial_relay_free (g_steal_pointer (&self->relay));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 30 * G_TIME_SPAN_SECOND);
}

/* The program survives, and typed input still arrives. */
static void
test_reader_that_goes (Fixture *self, gconstpointer data)
{
  close (self->read);
  self->read = -1;
  for (int i = 0; i < 3; i++)
    g_assert_cmpint (write (self->qemu, "said", 4), ==, 4);
  g_assert_cmpint (write (self->write, "typed", 5), ==, 5);
  assert_reads (self->qemu, "typed");
}

/* What QEMU printed before its end is still read. */
static void
test_last_words (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (write (self->qemu, "bye", 3), ==, 3);
  shutdown (self->qemu, SHUT_RDWR);
  vz_serial_relay_free (g_steal_pointer (&self->relay));
  assert_reads (self->read, "bye");
}

static volatile sig_atomic_t n_signals;

static void
count (int number)
{
  n_signals++;
}

/* Writing to a closed pipe is an error of the write, whatever the program does with the signal; a
 * signal from elsewhere still arrives. */
static void
test_signal (void)
{
  struct sigaction ours = { .sa_handler = count }, before, after;
  int ends[2];

  g_assert_cmpint (pipe (ends), ==, 0);
  close (ends[0]);
  sigaction (SIGPIPE, &ours, &before);
  for (int i = 0; i < 3; i++)
    {
      g_assert_cmpint (vz_pipe_write (ends[1], "x", 1), ==, -1);
      g_assert_cmpint (errno, ==, EPIPE);
    }
  g_assert_cmpint (n_signals, ==, 0);
  raise (SIGPIPE);
  g_assert_cmpint (n_signals, ==, 1);
  sigaction (SIGPIPE, &before, &after);
  g_assert_true (after.sa_handler == count);
  close (ends[1]);
}

#define ADD(name, function) \
  g_test_add ("/qemu/serial-relay/" name "/pipes", Fixture, GINT_TO_POINTER (FALSE), set_up, \
              function, tear_down); \
  g_test_add ("/qemu/serial-relay/" name "/sockets", Fixture, GINT_TO_POINTER (TRUE), set_up, \
              function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("both-ways", test_both_ways);
  ADD ("reader-that-does-not-read", test_reader_that_does_not_read);
  ADD ("reader-that-goes", test_reader_that_goes);
  ADD ("last-words", test_last_words);
  g_test_add_func ("/qemu/serial-relay/signal", test_signal);
  return g_test_run ();
}
