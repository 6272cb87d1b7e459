/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

ssize_t
vz_pipe_write (int fd, const void *data, size_t size)
{
  const struct timespec now = { 0, 0 };
  sigset_t pipe_only, before, pending;
  gboolean was_pending;
  ssize_t n;
  int number;

  sigemptyset (&pipe_only);
  sigaddset (&pipe_only, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &pipe_only, &before);
  was_pending = sigpending (&pending) == 0 && sigismember (&pending, SIGPIPE) == 1;
  n = write (fd, data, size);
  number = errno;
  /* The signal is this thread's own, and pending; one that was pending before came from
   * elsewhere. */
  if (n < 0 && number == EPIPE && !was_pending)
    while (sigtimedwait (&pipe_only, NULL, &now) < 0 && errno == EINTR)
      ;
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  errno = number;
  return n;
}

int
vz_pipe_open_nonblocking (int fd, int mode)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  struct stat st;

  if (fstat (fd, &st) != 0 || !(S_ISFIFO (st.st_mode) || S_ISCHR (st.st_mode)))
    return -1;
  return open (path, mode | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}
