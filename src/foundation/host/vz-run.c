/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-run.h"

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* How this works
 *
 * The program leads its own session. After it has ended, it is not reaped until its group has been
 * killed, so no other process can get its number before that. The pipe is read while the program
 * runs, and once more afterwards for what is left in it. */

#define OUTPUT_MAX (1024 * 1024)
#define POLL_MS 50 /* if the kernel has no pidfd */
#define NO_CHILD -1

typedef struct {
  const VzRun *run;
  pid_t parent; /* this process */
  pid_t pid;
  int process; /* pidfd, -1: none */
  int input; /* our end of its standard input, -1: none */
  int output; /* our end of its output, -1: none */
  GString *text;
  gint64 deadline;
} Running;

static void
running_clear (Running *self)
{
  vz_file_close (&self->process);
  vz_file_close (&self->input);
  vz_file_close (&self->output);
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Running, running_clear)

/* Between fork and exec. A program that does not watch its standard input would not notice our
 * end. */
static void
child_setup (gpointer data)
{
  const Running *self = data;
  sigset_t none;

  if (self->run->grace_ms == 0 &&
      (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid () != self->parent))
    _exit (127);
  setsid (); /* Ctrl-C is for us, and nothing here may prompt on a terminal */
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  signal (SIGPIPE, SIG_DFL);
}

static gboolean
start (Running *self, GError **error)
{
  const VzRun *run = self->run;
  gboolean reads = run->wants_output || run->wants_errors;
  int in[2] = { -1, -1 }, out[2] = { -1, -1 };
  int null VZ_AUTO_CLOSE = open ("/dev/null", O_RDWR | O_CLOEXEC);
  g_autoptr (GError) cause = NULL;
  gsize n_kept = 0;
  gboolean ok;

  if (null < 0 || (run->grace_ms > 0 && pipe2 (in, O_CLOEXEC) != 0) ||
      (reads && pipe2 (out, O_CLOEXEC) != 0))
    {
      vz_file_close (&in[0]);
      vz_file_close (&in[1]);
      return vz_fail_errno (error, "cannot start '%s'", run->argv[0]);
    }
  self->input = in[1];
  self->output = out[0];
  while (n_kept < VZ_RUN_FDS && run->fds[n_kept] > 0)
    n_kept++;
  ok = g_spawn_async_with_pipes_and_fds (NULL, run->argv, run->environ,
                                         G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH,
                                         child_setup, self, run->grace_ms > 0 ? in[0] : null,
                                         run->wants_output ? out[1] : null,
                                         run->wants_errors ? out[1] : null, run->fds, run->fds,
                                         n_kept, &self->pid, NULL, NULL, NULL, &cause);
  vz_file_close (&in[0]);
  vz_file_close (&out[1]);
  if (!ok)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "cannot start '%s': %s", run->argv[0],
                    cause->message);
  if (reads)
    fcntl (self->output, F_SETFL, O_NONBLOCK);
  self->process = pidfd_open (self->pid, 0);
  return TRUE;
}

static const char *
find_end (const Running *self)
{
  gsize length = strcspn (self->text->str, self->run->counts_in_place ? "\n\r" : "\n");

  /* It may be preceded by a NUL byte. */
  return length < self->text->len && self->text->str[length] != '\0'
           ? self->text->str + length
           : memchr (self->text->str, '\n', self->text->len);
}

static void
give_lines (Running *self, gboolean all)
{
  const char *end;

  while ((end = find_end (self)) != NULL || (all && self->text->len > 0) ||
         self->text->len > OUTPUT_MAX)
    {
      gsize length = end != NULL ? (gsize) (end - self->text->str) : self->text->len;
      g_autofree char *line = g_utf8_make_valid (self->text->str, (gssize) length);

      g_string_erase (self->text, 0, (gssize) (end != NULL ? length + 1 : length));
      self->run->line (line, self->run->user_data);
      self->deadline = g_get_monotonic_time () + self->run->limit_ms * G_TIME_SPAN_MILLISECOND;
    }
}

/* Reads what is in the pipe. */
static void
take_output (Running *self)
{
  char data[8192];
  gssize n;

  /* Not forever: a program that never stops writing must not keep us from checking the time. */
  for (guint i = 0; i < 64 && self->output >= 0; i++)
    {
      n = read (self->output, data, sizeof data);
      if (n < 0)
        return;
      if (n == 0)
        vz_file_close (&self->output);
      if (self->run->line != NULL || self->text->len < OUTPUT_MAX)
        g_string_append_len (self->text, data, n);
      if (self->run->line != NULL)
        give_lines (self, FALSE);
    }
}

static gboolean
has_ended (Running *self)
{
  siginfo_t info = { .si_pid = 0 };

  if (waitid (P_PID, (id_t) self->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0)
    return errno != EINTR; /* ECHILD: it was reaped elsewhere */
  return info.si_pid != 0;
}

/* FALSE with @error (nullable) if the program is still running and there is a reason not to
 * wait. */
static gboolean
wait_for_end (Running *self, GCancellable *cancellable, GError **error)
{
  GPollFD cancelled = { .fd = -1 };
  gboolean has_poll = cancellable != NULL && g_cancellable_make_pollfd (cancellable, &cancelled);
  gboolean ended;

  while (!(ended = has_ended (self)))
    {
      struct pollfd fds[] = { { .fd = self->process, .events = POLLIN },
                              { .fd = self->output, .events = POLLIN },
                              { .fd = has_poll ? cancelled.fd : -1, .events = POLLIN } };
      gint64 left = (self->deadline - g_get_monotonic_time () + 999) / 1000;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        break;
      if (left <= 0)
        {
          vz_fail (error, VZ_ERROR_TIMED_OUT, "'%s' did not end within %u seconds",
                   self->run->argv[0], MAX (self->run->limit_ms / 1000, 1));
          break;
        }
      if (self->process < 0)
        left = MIN (left, POLL_MS);
      poll (fds, G_N_ELEMENTS (fds), (int) MIN (left, G_MAXINT));
      take_output (self);
    }
  if (has_poll)
    g_cancellable_release_fd (cancellable);
  return ended;
}

/* Kills what is left of the program's session. Its PID is still taken, as it has not been
 * reaped. */
static int
clear_away (Running *self)
{
  int status = NO_CHILD;

  kill (-self->pid, SIGKILL);
  kill (self->pid, SIGKILL); /* if it has not yet created its session */
  while (waitpid (self->pid, &status, 0) < 0 && errno == EINTR)
    ;
  take_output (self);
  return status;
}

gboolean
vz_run (const VzRun *run, int *ret_wait_status, char **ret_output, GCancellable *cancellable,
        GError **error)
{
  g_auto (Running) self = { run, getpid (), 0, -1, -1, -1, g_string_new (NULL), 0 };
  gboolean ended;
  int status;

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !start (&self, error))
    return FALSE;
  self.deadline = g_get_monotonic_time () + run->limit_ms * G_TIME_SPAN_MILLISECOND;
  ended = wait_for_end (&self, cancellable, error);
  if (!ended && run->grace_ms > 0)
    {
      vz_file_close (&self.input);
      self.deadline = g_get_monotonic_time () + run->grace_ms * G_TIME_SPAN_MILLISECOND;
      wait_for_end (&self, NULL, NULL);
    }
  status = clear_away (&self);
  if (!ended)
    return FALSE;
  if (status == NO_CHILD)
    return vz_fail (error, VZ_ERROR_IO,
                    "the exit status of '%s' was collected by another part of the program",
                    run->argv[0]);
  if (run->line != NULL)
    give_lines (&self, TRUE);
  *ret_wait_status = status;
  if (ret_output != NULL)
    *ret_output = g_strchomp (g_utf8_make_valid (self.text->str, (gssize) self.text->len));
  return TRUE;
}
