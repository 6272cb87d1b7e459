/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-serial-relay.h"

#include "foundation/file/vz-file.h"
#include "foundation/host/vz-pipe.h"
#include "foundation/vz-fail.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* How this works
 *
 * One thread copies both ways and blocks only in poll(): the handles belong to the caller, and the
 * programs at their other ends may neither read nor go away. Data read from one side and not yet
 * written to the other waits in a buffer, and nothing more is read meanwhile. A handle that ends or
 * fails ends only its own direction, so that a guest's output is not lost for lack of input. The
 * attachment keeps the handles open.
 *
 * The thread ends when QEMU's end is closed, or when the owner frees the relay: after that,
 * FLUSH_MS are left to read what QEMU has written. */

#define FLUSH_MS 1000

typedef struct {
  int fd; /* -1: none, or over */
  int own; /* our own open description, in place of the caller's; -1: none */
  gboolean is_socket;
} End;

typedef struct {
  End *from;
  End *to;
  gsize begin, end;
  char data[4096]; /* PIPE_BUF: a writable pipe takes all of it */
} Way;

struct _VzSerialRelay {
  VzFileHandleSerialPortAttachment *attachment;
  End in; /* the caller's handle for reading */
  End out; /* and for writing */
  End qemu; /* our end of the socket */
  int stop; /* an eventfd: freed */
  GThread *thread;
};

static void
set_end (End *self, VzFileHandle *handle, int mode)
{
  struct stat st;

  *self = (End){ -1, -1, FALSE };
  if (handle == NULL)
    return;
  self->fd = vz_file_handle_get_fd (handle);
  self->is_socket = fstat (self->fd, &st) == 0 && S_ISSOCK (st.st_mode);
  self->own = vz_pipe_open_nonblocking (self->fd, mode);
  if (self->own >= 0)
    self->fd = self->own;
}

static gboolean
is_passing (void)
{
  return errno == EAGAIN || errno == EINTR;
}

/* FALSE if there will never be more. */
static gboolean
take (Way *way)
{
  End *from = way->from;
  gssize n = from->is_socket ? recv (from->fd, way->data, sizeof way->data, MSG_DONTWAIT)
                             : read (from->fd, way->data, sizeof way->data);

  if (n == 0 || (n < 0 && !is_passing ()))
    return FALSE;
  way->begin = 0;
  way->end = n > 0 && way->to->fd >= 0 ? (gsize) n : 0; /* no reader: discarded */
  return TRUE;
}

/* FALSE if it has no reader any more. */
static gboolean
give (Way *way)
{
  const char *data = way->data + way->begin;
  gsize size = way->end - way->begin;
  gssize n = way->to->is_socket ? send (way->to->fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL)
                                : vz_pipe_write (way->to->fd, data, size);

  if (n < 0 && !is_passing ())
    {
      way->begin = way->end = 0;
      return FALSE;
    }
  if (n > 0)
    way->begin += (gsize) n;
  return TRUE;
}

/* What to wait for: room if something is buffered, otherwise something to read. */
static void
set_poll (const Way *way, struct pollfd *fds)
{
  gboolean full = way->begin < way->end;

  fds[0] = (struct pollfd){ .fd = full ? -1 : way->from->fd, .events = POLLIN };
  fds[1] = (struct pollfd){ .fd = full ? way->to->fd : -1, .events = POLLOUT };
}

/* FALSE if the relay has ended. */
static gboolean
serve (VzSerialRelay *self, Way *way, const struct pollfd *fds)
{
  if (fds[0].revents != 0 && !take (way))
    {
      way->from->fd = -1;
      return way->from != &self->qemu;
    }
  if (fds[1].revents != 0 && !give (way))
    {
      way->to->fd = -1;
      return way->to != &self->qemu;
    }
  return TRUE;
}

static gpointer
relay_thread (gpointer user_data)
{
  VzSerialRelay *self = user_data;
  g_autofree Way *ways = g_new0 (Way, 2);
  gint64 deadline = 0; /* none until we are freed */

  ways[0].from = &self->qemu;
  ways[0].to = &self->out;
  ways[1].from = &self->in;
  ways[1].to = &self->qemu;
  for (;;)
    {
      struct pollfd fds[5];
      int wait = -1;

      set_poll (&ways[0], fds);
      set_poll (&ways[1], fds + 2);
      fds[4] = (struct pollfd){ .fd = deadline == 0 ? self->stop : -1, .events = POLLIN };
      if (deadline != 0)
        {
          wait = (int) ((deadline - g_get_monotonic_time ()) / G_TIME_SPAN_MILLISECOND);
          if (wait <= 0)
            return NULL;
          fds[2].fd = fds[3].fd = -1; /* no more input */
        }
      if (poll (fds, G_N_ELEMENTS (fds), wait) < 0 && errno != EINTR)
        return NULL;
      if (fds[4].revents != 0)
        deadline = g_get_monotonic_time () + FLUSH_MS * G_TIME_SPAN_MILLISECOND;
      if (!serve (self, &ways[0], fds) || !serve (self, &ways[1], fds + 2))
        return NULL;
    }
}

VzSerialRelay *
vz_serial_relay_new (VzFileHandleSerialPortAttachment *attachment, int *ret_fd, GError **error)
{
  VzSerialRelay *self;
  int pair[2];
  int stop = eventfd (0, EFD_CLOEXEC);

  if (stop < 0 || socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    {
      vz_file_close (&stop);
      return vz_fail_errno_null (error, "cannot create a socket pair");
    }
  self = g_new0 (VzSerialRelay, 1);
  self->attachment = g_object_ref (attachment);
  set_end (&self->in,
           vz_file_handle_serial_port_attachment_get_file_handle_for_reading (attachment),
           O_RDONLY);
  set_end (&self->out,
           vz_file_handle_serial_port_attachment_get_file_handle_for_writing (attachment),
           O_WRONLY);
  self->qemu = (End){ pair[0], pair[0], TRUE };
  self->stop = stop;
  self->thread = g_thread_new ("vz-serial", relay_thread, self);
  *ret_fd = pair[1];
  return self;
}

void
vz_serial_relay_free (gpointer data)
{
  VzSerialRelay *self = data;

  shutdown (self->qemu.own, SHUT_RDWR); /* what QEMU has written can still be read */
  eventfd_write (self->stop, 1);
  g_thread_join (self->thread);
  vz_file_close (&self->stop);
  vz_file_close (&self->qemu.own);
  vz_file_close (&self->in.own);
  vz_file_close (&self->out.own);
  g_object_unref (self->attachment);
  g_free (self);
}
