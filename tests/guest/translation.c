/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE
#include "translation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#define HANDLERS "/proc/sys/fs/binfmt_misc"

/* The line goes to the kernel as it is. */
static int
register_handler (const char *line)
{
  int fd, ok;

  if (mount ("binfmt_misc", HANDLERS, "binfmt_misc", 0, NULL) != 0 && errno != EBUSY)
    return 0;
  fd = open (HANDLERS "/register", O_WRONLY | O_CLOEXEC);
  ok = fd >= 0 && write (fd, line, strlen (line)) == (ssize_t) strlen (line);
  if (fd >= 0)
    close (fd);
  return ok;
}

/* What it says goes to the console; then "program ended with N", or why it could not be run. */
static int
run_program (int out, const char *path)
{
  int status = -1;
  pid_t pid = fork ();

  if (pid == 0)
    {
      if (dup2 (out, 1) >= 0 && dup2 (out, 2) >= 0)
        execl (path, path, "one", "two words", NULL);
      dprintf (out, "cannot run: %s\n", strerror (errno));
      _exit (127);
    }
  while (pid > 0 && waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  dprintf (out, "program ended with %d\n", WIFEXITED (status) ? WEXITSTATUS (status) : -1);
  return pid > 0;
}

int
translation_obey (int out, const char *command, const char *argument)
{
  if (argument == NULL)
    return -1;
  if (strcmp (command, "register-handler") == 0)
    return register_handler (argument);
  return strcmp (command, "run-program") == 0 ? run_program (out, argument) : -1;
}
