/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-serial-relay.h"

#include "foundation/vz-fail.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* One thread copies both ways. It ends when QEMU's end is closed or the owner shuts ours; a handle
 * that ends or fails only ends its own direction, so that a guest's output is not lost because
 * nobody types. The attachment keeps the handles open. */

struct _VzSerialRelay {
  VzFileHandleSerialPortAttachment *attachment;
  int in;  /* of the host's, -1: none */
  int out; /* -1: none */
  int socket;
  GThread *thread;
};

static gboolean
write_all (int fd, const char *data, gssize size)
{
  while (size > 0)
    {
      gssize n = write (fd, data, (gsize) size);

      if (n < 0 && errno == EAGAIN)
        {
          struct pollfd wait = { .fd = fd, .events = POLLOUT };

          poll (&wait, 1, 1000);
        }
      else if (n < 0 && errno != EINTR)
        return FALSE;
      else if (n > 0)
        {
          data += n;
          size -= n;
        }
    }
  return TRUE;
}

static gpointer
relay_thread (gpointer user_data)
{
  VzSerialRelay *self = user_data;
  struct pollfd fds[2] = { { .fd = self->socket, .events = POLLIN },
                           { .fd = self->in, .events = POLLIN } };
  char data[4096];

  for (;;)
    {
      gssize n;

      if (poll (fds, 2, -1) < 0 && errno != EINTR)
        return NULL;
      if (fds[0].revents != 0)
        {
          n = recv (self->socket, data, sizeof data, MSG_DONTWAIT);
          if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            return NULL;
          if (n > 0 && self->out >= 0 && !write_all (self->out, data, n))
            self->out = -1;
        }
      if (fds[1].revents != 0)
        {
          n = read (self->in, data, sizeof data);
          if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            fds[1].fd = -1;
          if (n > 0 && send (self->socket, data, (gsize) n, MSG_NOSIGNAL) != n)
            return NULL;
        }
    }
}

VzSerialRelay *
vz_serial_relay_new (VzFileHandleSerialPortAttachment *attachment, int *ret_fd, GError **error)
{
  VzFileHandle *in = vz_file_handle_serial_port_attachment_get_file_handle_for_reading (attachment);
  VzFileHandle *out =
    vz_file_handle_serial_port_attachment_get_file_handle_for_writing (attachment);
  VzSerialRelay *self;
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    return vz_fail_errno_null (error, "cannot make a socket pair");
  self = g_new0 (VzSerialRelay, 1);
  self->attachment = g_object_ref (attachment);
  self->in = in != NULL ? vz_file_handle_get_fd (in) : -1;
  self->out = out != NULL ? vz_file_handle_get_fd (out) : -1;
  self->socket = pair[0];
  self->thread = g_thread_new ("vz-serial", relay_thread, self);
  *ret_fd = pair[1];
  return self;
}

void
vz_serial_relay_free (gpointer data)
{
  VzSerialRelay *self = data;

  shutdown (self->socket, SHUT_RDWR);
  g_thread_join (self->thread);
  close (self->socket);
  g_object_unref (self->attachment);
  g_free (self);
}
