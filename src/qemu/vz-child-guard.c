/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-child-guard.h"

#include "foundation/file/vz-file.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* How this works
 *
 * The kernel can end a process along with its creator (PDEATHSIG), but nothing outside the process
 * can revoke that later. So before the process becomes QEMU, it leaves another one behind that
 * reads from a socket. A byte there says that QEMU may stay; the end of the stream, which the
 * kernel causes however the creator ends, says that it may not. The process is identified by a
 * descriptor, never by a PID, which may belong to another process by then. */

#define STREAM 0 /* the guard's only descriptors */
#define PROCESS 1

static void
close_others (void)
{
  struct rlimit limit = { 0 };

  if (syscall (SYS_close_range, PROCESS + 1, ~0U, 0) == 0)
    return;
  getrlimit (RLIMIT_NOFILE, &limit);
  for (int fd = PROCESS + 1; fd < (int) MIN (limit.rlim_cur, 65536); fd++)
    close (fd);
}

/* It would hold any inherited lock as long as it lives, so it has only its two ends. */
static void
stand_guard (int stream, int process)
{
  sigset_t all;
  char byte;
  ssize_t n;

  sigfillset (&all);
  sigprocmask (SIG_SETMASK, &all, NULL);
  prctl (PR_SET_NAME, "vz-child-guard");
  if (chdir ("/") != 0 || dup2 (stream, STREAM) < 0 || dup2 (process, PROCESS) < 0)
    _exit (1);
  close_others ();
  do
    n = read (STREAM, &byte, 1);
  while (n < 0 && errno == EINTR);
  if (n <= 0)
    syscall (SYS_pidfd_send_signal, PROCESS, SIGKILL, NULL, 0);
  _exit (0);
}

void
vz_child_guard_leave (int fd)
{
  int process = (int) syscall (SYS_pidfd_open, getpid (), 0);
  pid_t middle;

  if (process < 0)
    return; /* a kernel older than 5.3 */
  /* Through a process that ends at once, so that QEMU has no unknown child. */
  middle = fork ();
  if (middle == 0)
    {
      if (process > STREAM && fork () == 0)
        stand_guard (fd, process);
      _exit (0);
    }
  while (middle > 0 && waitpid (middle, NULL, 0) < 0 && errno == EINTR)
    ;
  close (process);
}

void
vz_child_guard_dismiss (int *fd)
{
  if (*fd >= 0)
    while (send (*fd, "", 1, MSG_NOSIGNAL) < 0 && errno == EINTR)
      ;
  vz_file_close (fd);
}
