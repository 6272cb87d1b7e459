/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-process.h"

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "qemu/vz-child-guard.h"
#include "qemu/vz-stream.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* How this works
 *
 * Each process has a thread that forks it and then sleeps in waitid() until it ends. One thread for
 * both, because the kernel ties "kill the child when its parent dies" (PDEATHSIG) to the thread
 * that forked, not to the process: if a worker thread started QEMU, it would be killed when that
 * worker ends.
 *
 * A process that may outlive this program, but only once others can use it, has a guard until then
 * (vz-child-guard.c).
 *
 * waitid() with WNOWAIT comes first, and the child is reaped under the lock, so that
 * vz_process_signal() never signals a PID that the kernel has given to another process. */

#define LOG_TAIL_MAX (16 * 1024)

struct _VzProcess {
  gint references; /* the owner's and the thread's */
  const VzProcessParams *params; /* borrowed, until spawned */
  VzProcessExited exited;
  gpointer user_data;
  int guard; /* our end of the guard's stream, -1: none */

  GMutex lock;
  GCond changed;
  gboolean spawned;
  GError *error;
  pid_t pid;
  gboolean ended;
  int wait_status;
};

typedef struct {
  gboolean kill_on_exit;
  pid_t parent;
  int guard; /* the other end, -1: none */
  const VzIdMap *id_map;
} ChildSetup;

/* Each file that a guest has open in a shared folder is also open in QEMU. */
static void
raise_file_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static void
enter_id_map (const VzIdMap *id_map)
{
  static const char words[] = "cannot enter the user namespace for shared folders\n";

  if (id_map == NULL || vz_id_map_enter (id_map) == 0)
    return;
  if (write (STDERR_FILENO, words, sizeof words - 1) < 0)
    _exit (126);
  _exit (127);
}

/* Between fork and exec: only async-signal-safe functions. */
static void
child_setup (gpointer data)
{
  ChildSetup *setup = data;
  sigset_t none;

  setsid (); /* Ctrl-C in the terminal is for vz, not for QEMU */
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  signal (SIGPIPE, SIG_DFL);
  if (chdir ("/") != 0) /* it may outlive us, and would keep the caller's file system busy */
    _exit (127);
  raise_file_limit ();
  enter_id_map (setup->id_map); /* clears a parent death signal requested earlier */
  if (setup->guard >= 0)
    vz_child_guard_leave (setup->guard);
  if (!setup->kill_on_exit)
    return;
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != setup->parent) /* the parent died before the prctl() above */
    _exit (127);
}

static gboolean
spawn (VzProcess *self, GError **error)
{
  const VzProcessParams *params = self->params;
  ChildSetup setup = { params->kill_on_exit, getpid (), -1, params->id_map };
  int guard[2] = { -1, -1 };
  int log_fd;
  gboolean ok;

  log_fd = open (params->log_path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (log_fd < 0)
    return vz_fail_errno (error, "cannot write the log '%s'", params->log_path);
  if (params->guarded && socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, guard) != 0)
    {
      vz_file_close (&log_fd);
      return vz_fail_errno (error, "cannot create a pair of sockets");
    }
  self->guard = guard[0];
  setup.guard = guard[1];
  ok = g_spawn_async_with_pipes_and_fds (NULL, params->argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD,
                                         child_setup, &setup, -1, log_fd, log_fd, params->extra_fds,
                                         params->extra_fds, params->n_extra_fds, &self->pid, NULL,
                                         NULL, NULL, error);
  close (log_fd);
  vz_file_close (&guard[1]);
  if (!ok && error != NULL && *error != NULL && (*error)->domain == G_SPAWN_ERROR)
    vz_fail_recode (error, VZ_ERROR_NOT_SUPPORTED);
  return ok;
}

static void
unref (VzProcess *self)
{
  if (!g_atomic_int_dec_and_test (&self->references))
    return;
  vz_file_close (&self->guard);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_clear_error (&self->error);
  g_free (self);
}

static gpointer
process_thread (gpointer data)
{
  VzProcess *self = data;
  GError *error = NULL;
  gboolean ok = spawn (self, &error);
  siginfo_t info;

  g_mutex_lock (&self->lock);
  self->spawned = TRUE;
  self->error = error;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  if (!ok)
    {
      unref (self);
      return NULL;
    }
  while (waitid (P_PID, (id_t) self->pid, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR)
    ;
  g_mutex_lock (&self->lock);
  waitpid (self->pid, &self->wait_status, 0);
  self->ended = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  if (self->exited != NULL)
    self->exited (self->wait_status, self->user_data);
  unref (self);
  return NULL;
}

VzProcess *
vz_process_spawn (const VzProcessParams *params, VzProcessExited exited, gpointer user_data,
                  GError **error)
{
  VzProcess *self = g_new0 (VzProcess, 1);

  self->references = 2;
  self->guard = -1;
  self->params = params;
  self->exited = exited;
  self->user_data = user_data;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_thread_unref (g_thread_new ("vz-qemu", process_thread, self));
  g_mutex_lock (&self->lock);
  while (!self->spawned)
    g_cond_wait (&self->changed, &self->lock);
  self->params = NULL;
  g_mutex_unlock (&self->lock);
  if (self->error == NULL)
    return self;
  g_propagate_error (error, g_steal_pointer (&self->error));
  unref (self);
  return NULL;
}

pid_t
vz_process_get_pid (VzProcess *self)
{
  return self->pid;
}

void
vz_process_signal (VzProcess *self, int signal_number)
{
  g_mutex_lock (&self->lock);
  if (!self->ended)
    kill (self->pid, signal_number);
  g_mutex_unlock (&self->lock);
}

gboolean
vz_process_wait (VzProcess *self, gint64 deadline, int *ret_wait_status)
{
  gboolean in_time = TRUE;
  gboolean ended;

  g_mutex_lock (&self->lock);
  while (!self->ended && in_time)
    {
      if (deadline == VZ_NO_DEADLINE)
        g_cond_wait (&self->changed, &self->lock);
      else
        in_time = g_cond_wait_until (&self->changed, &self->lock, deadline);
    }
  ended = self->ended;
  if (ended && ret_wait_status != NULL)
    *ret_wait_status = self->wait_status;
  g_mutex_unlock (&self->lock);
  return ended;
}

void
vz_process_let_live (VzProcess *self)
{
  vz_child_guard_dismiss (&self->guard);
}

void
vz_process_release (VzProcess *self)
{
  if (self == NULL)
    return;
  vz_file_close (&self->guard);
  unref (self);
}

char *
vz_process_describe_status (int wait_status)
{
  if (WIFSIGNALED (wait_status))
    return g_strdup_printf ("was killed by signal %d (%s)", WTERMSIG (wait_status),
                            g_strsignal (WTERMSIG (wait_status)));
  return g_strdup_printf ("ended with status %d", WEXITSTATUS (wait_status));
}

char *
vz_process_dup_log_tail (const char *log_path, guint n_lines)
{
  g_autofree char *text = g_new0 (char, LOG_TAIL_MAX + 1);
  int fd = open (log_path, O_RDONLY | O_CLOEXEC);
  off_t size;
  gssize n = 0;
  char *start;

  if (fd < 0)
    return NULL;
  size = lseek (fd, 0, SEEK_END);
  if (size > 0)
    n = pread (fd, text, LOG_TAIL_MAX, MAX (0, size - LOG_TAIL_MAX));
  close (fd);
  if (n <= 0)
    return NULL;
  text[n] = '\0';
  g_strchomp (text);
  start = text + strlen (text);
  while (start > text && n_lines > 0)
    if (*--start == '\n' && --n_lines == 0)
      start++;
  return *start != '\0' ? g_utf8_make_valid (start, -1) : NULL;
}
