/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vz-filter.h"

/* How this works
 *
 *   vz-guard [--namespace] [--remove DIR] -- COMMAND [ARGUMENT]...
 *
 * Runs a command so that nothing of it remains, however its starter ends. Standard input must be a
 * pipe that only the starter holds open: when it ends, which the kernel ensures even if the starter
 * is killed, all processes of the command are ended (SIGTERM, two seconds later SIGKILL; those in
 * their own namespaces at once), and DIR is removed. The same happens when the command ends by
 * itself. The exit status is that of the command, 128 plus the signal's number if a signal ended
 * it, or 125 if the guard itself failed.
 *
 * The guard has its own session, so that Ctrl-C on the terminal reaches only the starter, which
 * then shuts everything down in order; and it is the subreaper, so that no process of the command
 * can escape by losing its parent.
 *
 * DIR is locked (flock) as long as the guard lives: if a folder is not locked, its guard was
 * killed, and anyone may remove it.
 *
 * With --namespace the command is root in its own namespaces for mounts and processes and, if the
 * caller is not root, for users: root there is the caller here, and the other numbers are the
 * caller's from /etc/subuid. DIR is removed in such a namespace too, since files in it belong to
 * those numbers. unshare(1) does that part.
 *
 * What the command writes to DIR is not worth waiting for the disk, so flushing does nothing there;
 * dpkg would flush thousands of times. For this the guard runs itself inside the namespaces
 * (--no-sync), where a system call filter may be set without forbidding set-user-id programs.
 *
 * The starter's umask is not passed to the command, whose result must not depend on it. */

#define GRACE_MS 2000
#define EXIT_GUARD 125

static const char *const unshare_root[] = { "unshare",      "--mount",      "--pid", "--fork",
                                            "--kill-child", "--mount-proc", "--" };
static const char *const unshare_user[] = {
  "unshare", "--user", "--map-auto",   "--map-root-user", "--mount",
  "--pid",   "--fork", "--kill-child", "--mount-proc",    "--"
};

static void
complain (const char *what)
{
  fprintf (stderr, "vz-guard: %s: %s\n", what, strerror (errno));
}

/* Makes all flushing succeed at once, for this process and its children. Without the filter things
 * are just slower. */
static void
suppress_sync (void)
{
#ifdef THIS_ARCH
  struct sock_filter filter[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, arch)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCH, 0, 6),
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_fsync, 5, 0),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_fdatasync, 4, 0),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_sync_file_range, 3, 0),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_sync, 2, 0),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_syncfs, 1, 0),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO),
  };
  struct sock_fprog program = { .len = N_ELEMENTS (filter), .filter = filter };

  prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
#endif
}

/* The path of this program, for running it again. */
static const char *
own_path (void)
{
  static char path[4096];
  ssize_t length = readlink ("/proc/self/exe", path, sizeof path - 1);

  return length > 0 ? path : NULL;
}

/* Puts unshare's arguments and our own before @command, or only copies it. The result is never
 * freed if it is passed to exec. */
static const char **
wrap_command (const char *const *command, bool isolated)
{
  const char *const *prefix = geteuid () == 0 ? unshare_root : unshare_user;
  size_t n_prefix = geteuid () == 0 ? N_ELEMENTS (unshare_root) : N_ELEMENTS (unshare_user);
  const char *self = isolated ? own_path () : NULL;
  size_t n = 0, at = 0;
  const char **wrapped;

  while (command[n] != NULL)
    n++;
  wrapped = calloc (n_prefix + n + 4, sizeof *wrapped);
  if (wrapped == NULL)
    return NULL;
  for (size_t i = 0; isolated && i < n_prefix; i++)
    wrapped[at++] = prefix[i];
  if (self != NULL)
    {
      wrapped[at++] = self;
      wrapped[at++] = "--no-sync";
      wrapped[at++] = "--";
    }
  for (size_t i = 0; i < n; i++)
    wrapped[at++] = command[i];
  return wrapped;
}

static pid_t
start (const char *const *command, bool isolated, const sigset_t *mask)
{
  const char **words = wrap_command (command, isolated);
  pid_t pid;

  if (words == NULL)
    return -1;
  pid = fork ();
  if (pid == 0)
    {
      int null = open ("/dev/null", O_RDONLY | O_CLOEXEC);

      sigprocmask (SIG_SETMASK, mask, NULL);
      umask (022);
      if (null < 0 || dup2 (null, STDIN_FILENO) < 0)
        _exit (EXIT_GUARD);
      execvp (words[0], (char *const *) words);
      complain (words[0]);
      _exit (errno == ENOENT ? 127 : 126);
    }
  free (words);
  return pid;
}

/* The parent of @pid, or -1 if it is gone. */
static pid_t
read_parent (const char *pid)
{
  char path[64], line[512];
  const char *end;
  int parent = -1;
  FILE *file;

  snprintf (path, sizeof path, "/proc/%.20s/stat", pid);
  file = fopen (path, "re");
  if (file == NULL)
    return -1;
  /* The name, in brackets, may contain anything; the last bracket ends it. */
  if (fgets (line, sizeof line, file) != NULL && (end = strrchr (line, ')')) != NULL)
    if (sscanf (end + 1, " %*c %d", &parent) != 1)
      parent = -1;
  fclose (file);
  return parent;
}

/* Sends @signal_number to all children, including adopted ones. Grandchildren become children when
 * their parents end, so repeating this until there are none reaches all of them. */
static void
signal_children (int signal_number)
{
  DIR *proc = opendir ("/proc");
  struct dirent *entry;

  if (proc == NULL)
    return;
  while ((entry = readdir (proc)) != NULL)
    if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
        read_parent (entry->d_name) == getpid ())
      kill ((pid_t) strtol (entry->d_name, NULL, 10), signal_number);
  closedir (proc);
}

/* Reaps dead children. FALSE if no child is left. */
static bool
reap (pid_t main_child, int *status)
{
  int one;
  pid_t pid;

  while ((pid = waitpid (-1, &one, WNOHANG)) > 0)
    if (pid == main_child)
      *status = one;
  return pid == 0;
}

/* @grace: milliseconds between SIGTERM and SIGKILL. */
static void
end_all (pid_t main_child, int grace, int *status)
{
  signal_children (SIGTERM);
  for (int waited = 0; reap (main_child, status); waited += 20)
    {
      if (waited >= grace)
        signal_children (SIGKILL);
      poll (NULL, 0, 20);
    }
}

/* Waits until @child ends, the starter disappears or a signal requests the end. */
static void
watch (pid_t child, int signals, int *status)
{
  *status = -1;
  for (;;)
    {
      struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN },
                              { .fd = signals, .events = POLLIN } };
      struct signalfd_siginfo info;
      char byte;

      if (poll (fds, N_ELEMENTS (fds), -1) < 0 && errno != EINTR)
        return;
      if (fds[1].revents & POLLIN && read (signals, &info, sizeof info) == sizeof info)
        {
          if (info.ssi_signo != SIGCHLD)
            return;
          reap (child, status);
          if (*status != -1)
            return;
        }
      if (fds[0].revents != 0 && read (STDIN_FILENO, &byte, 1) <= 0)
        return;
    }
}

static bool
remove_folder (const char *folder, bool isolated, const sigset_t *mask)
{
  const char *command[] = { "rm", "-rf", "--", folder, NULL };
  int status = -1;
  pid_t pid = start (command, isolated, mask);

  if (pid > 0)
    {
      while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
        ;
      /* If namespaces are refused, unshare leaves a child behind that keeps our output open. */
      end_all (pid, 0, &(int){ 0 });
    }
  return status == 0;
}

static int
run (const char *const *command, const char *folder, bool isolated)
{
  sigset_t ours, before;
  int signals, status = -1;
  pid_t child;

  sigemptyset (&ours);
  sigaddset (&ours, SIGCHLD);
  sigaddset (&ours, SIGTERM);
  sigaddset (&ours, SIGINT);
  sigaddset (&ours, SIGHUP);
  sigprocmask (SIG_BLOCK, &ours, &before);
  signals = signalfd (-1, &ours, SFD_CLOEXEC);
  if (signals < 0 || prctl (PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
    {
      complain ("cannot watch processes");
      return EXIT_GUARD;
    }
  setsid ();

  child = start (command, isolated, &before);
  if (child > 0)
    {
      watch (child, signals, &status);
      /* unshare ignores SIGTERM, and the whole namespace ends with it. */
      end_all (child, isolated ? 0 : GRACE_MS, &status);
    }
  if (folder != NULL && !remove_folder (folder, isolated, &before))
    fprintf (stderr, "vz-guard: cannot remove '%s'\n", folder);
  if (child <= 0 || status == -1)
    return EXIT_GUARD;
  return WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
}

/* vz-guard --no-sync -- COMMAND: for internal use, see above. */
static int
run_without_sync (char **command)
{
  suppress_sync ();
  execvp (command[0], command);
  complain (command[0]);
  return errno == ENOENT ? 127 : 126;
}

int
main (int argc, char **argv)
{
  const char *folder = NULL;
  bool isolated = false;
  int i = 1;

  if (argc > 3 && strcmp (argv[1], "--no-sync") == 0)
    return run_without_sync (argv + 3);
  for (; i < argc && strcmp (argv[i], "--") != 0; i++)
    {
      if (strcmp (argv[i], "--namespace") == 0)
        isolated = true;
      else if (strcmp (argv[i], "--remove") == 0 && i + 1 < argc)
        folder = argv[++i];
      else
        break;
    }
  if (i + 1 >= argc || strcmp (argv[i], "--") != 0)
    {
      fputs ("usage: vz-guard [--namespace] [--remove DIR] -- COMMAND [ARGUMENT]...\n", stderr);
      return EXIT_GUARD;
    }
  if (folder != NULL)
    {
      int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

      if (fd < 0 || flock (fd, LOCK_EX | LOCK_NB) < 0)
        {
          complain (folder);
          return EXIT_GUARD;
        }
    }
  return run ((const char *const *) argv + i + 1, folder, isolated);
}
