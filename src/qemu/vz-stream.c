/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-stream.h"

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

#include <glib-unix.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define READ_SIZE (64 * 1024)
#define BACKLOG 4

static gboolean
make_address (const char *path, struct sockaddr_un *ret_address, GError **error)
{
  *ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
  return g_strlcpy (ret_address->sun_path, path, sizeof ret_address->sun_path) <
           sizeof ret_address->sun_path ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' is too long for a socket's path", path);
}

int
vz_stream_listen (const char *path, GError **error)
{
  int fd VZ_AUTO_CLOSE = -1;
  struct sockaddr_un address;

  if (!make_address (path, &address, error))
    return -1;
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  unlink (path);
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) != 0 ||
      listen (fd, BACKLOG) != 0)
    {
      vz_fail_errno (error, "cannot listen at '%s'", path);
      return -1;
    }
  return vz_file_steal_fd (&fd);
}

int
vz_stream_connect (const char *path, GError **error)
{
  struct sockaddr_un address;
  int fd;

  if (!make_address (path, &address, error))
    return -1;
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    {
      vz_fail_errno (error, "cannot create a socket");
      return -1;
    }
  /* Connecting blocks while the listener's queue is full, but never for long: QEMU has accepted
   * every earlier client or is dead. Only then is the descriptor made nonblocking. */
  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    {
      if (errno == ECONNREFUSED)
        vz_fail (error, VZ_ERROR_NOT_FOUND, "nothing listens at '%s'", path);
      else
        vz_fail_errno (error, "cannot connect to '%s'", path);
      close (fd);
      return -1;
    }
  g_unix_set_fd_nonblocking (fd, TRUE, NULL);
  return fd;
}

gboolean
vz_stream_wait (int fd, short events, gint64 deadline, GCancellable *cancellable, GError **error)
{
  GPollFD cancel = { .fd = -1 };
  struct pollfd fds[2] = { { .fd = fd, .events = events }, { .fd = -1, .events = POLLIN } };
  int n;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (cancellable != NULL && g_cancellable_make_pollfd (cancellable, &cancel))
    fds[1].fd = (int) cancel.fd;
  do
    n = poll (fds, G_N_ELEMENTS (fds), vz_deadline_remaining_ms (deadline));
  while (n < 0 && errno == EINTR);
  if (fds[1].fd >= 0)
    g_cancellable_release_fd (cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (n < 0)
    return vz_fail_errno (error, "cannot wait");
  if (n == 0)
    return vz_fail (error, VZ_ERROR_TIMED_OUT, "no answer in time");
  return TRUE;
}

gboolean
vz_stream_write (int fd, const void *data, gsize size, gint64 deadline, GCancellable *cancellable,
                 GError **error)
{
  const char *at = data;

  while (size > 0)
    {
      gssize n = send (fd, at, size, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n >= 0)
        {
          at += n;
          size -= (gsize) n;
        }
      else if (errno == EAGAIN)
        {
          if (!vz_stream_wait (fd, POLLOUT, deadline, cancellable, error))
            return FALSE;
        }
      else if (errno != EINTR)
        return vz_fail_errno (error, "cannot send");
    }
  return TRUE;
}

gboolean
vz_stream_write_fd (int fd, char byte, int passed, gint64 deadline, GCancellable *cancellable,
                    GError **error)
{
  union {
    struct cmsghdr header; /* aligns the buffer */
    char buffer[CMSG_SPACE (sizeof passed)];
  } control = { .buffer = { 0 } };
  struct iovec data = { .iov_base = &byte, .iov_len = 1 };
  struct msghdr message = { .msg_iov = &data,
                            .msg_iovlen = 1,
                            .msg_control = control.buffer,
                            .msg_controllen = sizeof control.buffer };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);

  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof passed);
  memcpy (CMSG_DATA (header), &passed, sizeof passed);
  while (sendmsg (fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) != 1)
    {
      if (errno == EAGAIN)
        {
          if (!vz_stream_wait (fd, POLLOUT, deadline, cancellable, error))
            return FALSE;
        }
      else if (errno != EINTR)
        return vz_fail_errno (error, "cannot send a descriptor");
    }
  return TRUE;
}

void
vz_line_buffer_init (VzLineBuffer *self, gsize max)
{
  self->bytes = g_byte_array_new ();
  self->scanned = 0;
  self->max = max;
}

void
vz_line_buffer_clear (VzLineBuffer *self)
{
  g_clear_pointer (&self->bytes, g_byte_array_unref);
}

gssize
vz_line_buffer_fill (VzLineBuffer *self, int fd, GError **error)
{
  guint8 data[READ_SIZE];
  gssize n;

  do
    n = recv (fd, data, sizeof data, MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  if (n < 0 && errno == ECONNRESET)
    return 0;
  if (n < 0)
    {
      vz_fail_errno (error, "cannot receive");
      return -1;
    }
  if ((gsize) n > self->max - self->bytes->len)
    {
      vz_fail (error, VZ_ERROR_IO, "a line of more than %" G_GSIZE_FORMAT " bytes", self->max);
      return -1;
    }
  g_byte_array_append (self->bytes, data, (guint) n);
  return n;
}

char *
vz_line_buffer_take (VzLineBuffer *self, gsize *ret_size)
{
  const guint8 *start = self->bytes->data;
  const guint8 *end;
  char *line;
  gsize size;

  if (self->bytes->len == self->scanned)
    return NULL;
  end = memchr (start + self->scanned, '\n', self->bytes->len - self->scanned);
  if (end == NULL)
    {
      self->scanned = self->bytes->len;
      return NULL;
    }
  size = (gsize) (end - start);
  line = g_strndup ((const char *) start, size);
  g_byte_array_remove_range (self->bytes, 0, (guint) size + 1);
  self->scanned = 0;
  if (ret_size != NULL)
    *ret_size = size;
  return line;
}
