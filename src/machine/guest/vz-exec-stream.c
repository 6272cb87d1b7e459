/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/guest/vz-exec-stream.h"

#include "foundation/file/vz-file.h"
#include "foundation/host/vz-pipe.h"
#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 65536
#define PIECE 4096 /* what a writable pipe accepts without blocking */

void
vz_exec_stream_init (VzExecStream *self, int target)
{
  *self =
    (VzExecStream){ .socket = -1, .target = target, .data = g_malloc (BLOCK + VZ_EXEC_MARK_SIZE) };
}

void
vz_exec_stream_clear (VzExecStream *self)
{
  vz_file_close (&self->socket);
  g_clear_pointer (&self->data, g_free);
}

gboolean
vz_exec_stream_has_ready (const VzExecStream *self)
{
  return self->at < self->ready;
}

/* How many of the last bytes may begin the mark: usually none. */
static gsize
count_held (const VzExecStream *self)
{
  gsize n = MIN (self->size, VZ_EXEC_MARK_SIZE - 1);

  while (n > 0 && memcmp (self->data + self->size - n, self->mark, n) != 0)
    n--;
  return n;
}

static void
settle (VzExecStream *self)
{
  if (self->at < self->ready)
    return;
  memmove (self->data, self->data + self->ready, self->size - self->ready);
  self->size -= self->ready;
  self->at = self->ready = 0;
  self->over = self->found;
}

gboolean
vz_exec_stream_take (VzExecStream *self)
{
  ssize_t n = read (self->socket, self->data + self->size, BLOCK);
  const guint8 *mark = NULL;

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return TRUE;
  if (n <= 0)
    return FALSE;
  self->size += (gsize) n;
  if (self->mark != NULL)
    mark = memmem (self->data, self->size, self->mark, VZ_EXEC_MARK_SIZE);
  if (mark != NULL)
    self->size = (gsize) (mark - self->data);
  self->found = mark != NULL;
  self->ready = self->size - (self->mark != NULL && !self->found ? count_held (self) : 0);
  if (self->unwanted)
    self->at = self->ready;
  settle (self);
  return TRUE;
}

gboolean
vz_exec_stream_give (VzExecStream *self, GError **error)
{
  ssize_t n =
    vz_pipe_write (self->target, self->data + self->at, MIN (self->ready - self->at, PIECE));

  if (n < 0 && errno == EPIPE)
    {
      self->unwanted = TRUE;
      self->at = self->ready;
    }
  else if (n < 0 && errno != EINTR && errno != EAGAIN)
    return vz_fail_errno (error, "cannot write the command's output");
  self->at += (gsize) MAX (n, 0);
  settle (self);
  return TRUE;
}

/* FALSE at its end. */
static gboolean
drop (VzExecStream *self, gboolean *came)
{
  ssize_t n = read (self->socket, self->data, BLOCK);

  *came = *came || n > 0;
  return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

gboolean
vz_exec_streams_drain (VzExecStream *streams, guint n, int timeout_ms)
{
  gint64 deadline = vz_deadline_after (timeout_ms);
  g_autofree struct pollfd *fds = g_new0 (struct pollfd, n);
  gboolean came = FALSE;
  int left;

  for (guint i = 0; i < n; i++)
    fds[i] = (struct pollfd){ .fd = streams[i].socket, .events = POLLIN };
  while ((left = vz_deadline_remaining_ms (deadline)) > 0)
    if (poll (fds, n, left) > 0)
      for (guint i = 0; i < n; i++)
        if (fds[i].revents != 0 && !drop (&streams[i], &came))
          fds[i].fd = -1;
  return came;
}
