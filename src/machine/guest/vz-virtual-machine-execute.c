/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/guest/vz-virtual-machine-execute.h"

#include "foundation/file/vz-file.h"
#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-random.h"
#include "machine/guest/vz-exec-command.h"
#include "machine/guest/vz-exec-ports.h"
#include "machine/guest/vz-exec-stream.h"
#include "machine/vz-virtual-machine-private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* How this works
 *
 * The guest's agent collects what a command writes, up to 16 MiB, and needs its whole input in
 * advance. So each command gets its own virtio ports, which are plugged in before and unplugged
 * afterwards. The agent only starts src/guest/exec.sh, which runs the command on pipes between
 * them. Status and streams each have their own port:
 *
 * - The input ends when QEMU loses its client and "eof" arrives on the control port: if only the
 * former counted and we were killed, the command would take half of its input for the whole.
 * - When the command has ended, the script says "exit STATUS" on the control port. Only then is a
 * random mark generated here, which the script writes after the last byte of each stream.
 * Background children that keep the stream open are waited for only briefly.
 * - When the script ends, the control port is closed, which QEMU notices even if the script was
 * killed or the guest restarted. A paused guest or a busy agent is waited for, as nothing asks it.
 * - The script reports at once that it is ready, and passes on the mark at once. If it is silent
 * instead for a minute during which the guest runs, it is given up.
 * - If our side ends, so does the script: it then kills the command with its session. */

#define BLOCK 65536
#define TICK_MS 250
#define GRACE (G_USEC_PER_SEC) /* for background children */
#define LOOK_INTERVAL (2 * G_USEC_PER_SEC)
#define OPEN_TIMEOUT (120 * G_USEC_PER_SEC) /* the script itself gives up earlier */
#define ANSWER_TIMEOUT (60 * G_USEC_PER_SEC) /* for an immediate answer from a busy guest */
#define KILL_TIMEOUT_MS 6000
#define KILL_INTERVAL_MS 50

typedef struct {
  VzEngine *engine;
  VzGuestAgent *agent;
  GCancellable *cancellable;
  char *directory;
  int lock; /* shows that we are alive, see vz-exec-ports.h */
  int turn; /* until the script has its ports; then -1 */
  char token[17];
  char mark[VZ_EXEC_MARK_SIZE + 1];
  char *control_id;
  int sockets[VZ_N_EXEC_PORTS]; /* of the input and the control port */
  VzExecStream streams[2];
  int input; /* the caller's; -1: none */
  guint8 buffer[BLOCK];
  gsize buffer_at, buffer_end;
  gboolean input_ended;
  char said[64]; /* on the control port, not yet a complete line */
  gsize n_said;
  gint64 pid;
  gboolean opened; /* the control port, by the script */
  gboolean ready; /* the script, by its own account */
  gboolean gone; /* the script */
  gboolean exited, stopping, end_asked;
  int status;
  gint64 quiet; /* microseconds in which the guest could have said something, but did not */
  gint64 silence; /* the same, not restarted when the guest is checked */
  gint64 after_exit;
  gint64 unopened;
} Execution;

static const char *const stream_names[] = { "out", "err" };

static void
random_text (char *text, gsize size)
{
  guint8 bytes[VZ_EXEC_MARK_SIZE];

  vz_random_bytes (bytes, sizeof bytes);
  for (gsize i = 0; i + 1 < size; i++)
    text[i] = "0123456789abcdef"[bytes[i] & 15];
  text[size - 1] = '\0';
}

/* A few bytes, for which the socket has room. Polling detects a script that is gone. */
static void
tell (Execution *self, const char *word, const char *text)
{
  g_autofree char *line = g_strdup_printf ("%s %s\n", word, text);

  if (self->sockets[VZ_EXEC_CONTROL] >= 0)
    send (self->sockets[VZ_EXEC_CONTROL], line, strlen (line), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static gboolean
fail_machine_ended (GError **error)
{
  return vz_fail (error, VZ_ERROR_IO, "the guest powered off while the command was running");
}

static void
note_opened (Execution *self)
{
  self->opened = TRUE;
  vz_file_close (&self->turn);
}

/* "ready"; or "exit STATUS STATE", where STATE is what the guest's service manager reports about
 * itself, or nothing. */
static gboolean
obey_line (Execution *self, const char *line, GError **error)
{
  char state[32] = "";

  if (g_str_equal (line, "ready"))
    {
      self->ready = TRUE;
      return TRUE;
    }
  if (sscanf (line, "exit %d %31s", &self->status, state) < 1)
    return vz_fail (error, VZ_ERROR_GUEST_AGENT,
                    "the guest sent an unexpected reply about the command");
  self->exited = TRUE;
  self->stopping = g_str_equal (state, "stopping");
  random_text (self->mark, sizeof self->mark);
  for (guint i = 0; i < G_N_ELEMENTS (self->streams); i++)
    self->streams[i].mark = self->mark;
  tell (self, "mark", self->mark);
  return TRUE;
}

static gboolean
take_control (Execution *self, GError **error)
{
  ssize_t n = read (self->sockets[VZ_EXEC_CONTROL], self->said + self->n_said,
                    sizeof self->said - 1 - self->n_said);
  char *end;

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return TRUE;
  if (n <= 0)
    return fail_machine_ended (error);
  note_opened (self);
  self->n_said += (gsize) n;
  self->said[self->n_said] = '\0';
  while (!self->exited && (end = strchr (self->said, '\n')) != NULL)
    {
      *end = '\0';
      if (!obey_line (self, self->said, error))
        return FALSE;
      self->n_said -= (gsize) (end + 1 - self->said);
      memmove (self->said, end + 1, self->n_said + 1);
    }
  return TRUE;
}

static gboolean
give_input (Execution *self, gboolean readable, gboolean writable, GError **error)
{
  int socket = self->sockets[VZ_EXEC_INPUT];
  ssize_t n;

  if (readable)
    {
      n = read (self->input, self->buffer, BLOCK);
      if (n < 0 && errno != EAGAIN && errno != EINTR)
        return vz_fail_errno (error, "cannot read the command's input");
      self->buffer_at = 0;
      self->buffer_end = (gsize) MAX (n, 0);
      /* Not closed: QEMU would then drop what the guest has not read yet. */
      self->input_ended = n == 0;
      if (n == 0)
        {
          shutdown (socket, SHUT_WR);
          tell (self, "eof", "");
        }
    }
  if (writable && self->buffer_at < self->buffer_end)
    {
      n = send (socket, self->buffer + self->buffer_at, self->buffer_end - self->buffer_at,
                MSG_NOSIGNAL);
      if (n < 0 && errno != EAGAIN && errno != EINTR)
        return fail_machine_ended (error);
      self->buffer_at += (gsize) MAX (n, 0);
    }
  return TRUE;
}

static gboolean
pass_on (Execution *self, guint i, gboolean readable, gboolean writable, GError **error)
{
  VzExecStream *stream = &self->streams[i];
  gboolean was_unwanted = stream->unwanted;

  if (readable && !vz_exec_stream_take (stream))
    return fail_machine_ended (error);
  if (writable && vz_exec_stream_has_ready (stream) && !vz_exec_stream_give (stream, error))
    return FALSE;
  /* SIGPIPE tells the command that nobody reads. */
  if (stream->unwanted && !was_unwanted)
    tell (self, "close", stream_names[i]);
  return TRUE;
}

enum { FD_INPUT, FD_INPUT_SOCKET, FD_CONTROL, FD_CANCEL, FD_STREAMS };

/* One round: waits for anything that can proceed. */
static gboolean
pump_once (Execution *self, int cancel_fd, GError **error)
{
  gboolean has_input = self->buffer_at < self->buffer_end, waits_for_guest = TRUE;
  gboolean takes_input = self->sockets[VZ_EXEC_INPUT] >= 0 && !self->input_ended && !self->exited;
  struct pollfd fds[FD_STREAMS + 4] = {
    [FD_INPUT] = { .fd = takes_input && !has_input ? self->input : -1, .events = POLLIN },
    [FD_INPUT_SOCKET] = { .fd = takes_input && has_input ? self->sockets[VZ_EXEC_INPUT] : -1,
                          .events = POLLOUT },
    [FD_CONTROL] = { .fd = self->exited ? -1 : self->sockets[VZ_EXEC_CONTROL], .events = POLLIN },
    [FD_CANCEL] = { .fd = cancel_fd, .events = POLLIN },
  };
  gint64 began = g_get_monotonic_time (), waited;
  int n;

  for (guint i = 0; i < G_N_ELEMENTS (self->streams); i++)
    {
      VzExecStream *stream = &self->streams[i];
      gboolean ready = vz_exec_stream_has_ready (stream);

      waits_for_guest = waits_for_guest && !ready;
      fds[FD_STREAMS + 2 * i] =
        (struct pollfd){ .fd = ready || stream->over ? -1 : stream->socket, .events = POLLIN };
      fds[FD_STREAMS + 2 * i + 1] =
        (struct pollfd){ .fd = ready ? stream->target : -1, .events = POLLOUT };
    }
  n = poll (fds, G_N_ELEMENTS (fds), TICK_MS);
  if (n < 0 && errno != EINTR)
    return vz_fail_errno (error, "cannot wait for the command");
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  waited = waits_for_guest && !vz_engine_is_guest_stopped (self->engine)
             ? g_get_monotonic_time () - began
             : 0;
  self->quiet = n > 0 ? 0 : self->quiet + waited;
  self->silence = n > 0 ? 0 : self->silence + waited;
  self->after_exit += self->exited ? waited : 0;
  self->unopened += self->opened ? 0 : waited;
  if (n <= 0)
    return TRUE;
  if (!give_input (self, fds[FD_INPUT].revents != 0, fds[FD_INPUT_SOCKET].revents != 0, error) ||
      (fds[FD_CONTROL].revents != 0 && !take_control (self, error)))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (self->streams); i++)
    if (!pass_on (self, i, fds[FD_STREAMS + 2 * i].revents != 0,
                  fds[FD_STREAMS + 2 * i + 1].revents != 0, error))
      return FALSE;
  return TRUE;
}

/* Asks QEMU, not the guest, whether the script has its port open. */
static gboolean
look_for_script (Execution *self, GError **error)
{
  VzPortState state;

  if (!vz_engine_query_port (self->engine, self->control_id, &state, self->cancellable, error))
    return FALSE;
  self->gone = self->opened && state != VZ_PORT_OPEN;
  if (state == VZ_PORT_OPEN)
    note_opened (self);
  return TRUE;
}

/* A command may be silent as long as it likes, but not what precedes and follows it. */
static gboolean
owes_an_answer (const Execution *self)
{
  return self->opened && (!self->ready || self->end_asked);
}

/* The guest has been quiet for a while. */
static gboolean
judge_quiet (Execution *self, GError **error)
{
  gboolean was_gone = self->gone;
  g_autofree char *said = NULL;

  self->quiet = 0;
  if (!look_for_script (self, error))
    return FALSE;
  /* What it sent before has arrived by now. */
  if (was_gone && !self->exited)
    return vz_fail (error, VZ_ERROR_IO,
                    "how the command ended is not known: the guest is restarting or powering off, "
                    "or killed everything that belongs to the command");
  if (owes_an_answer (self) && self->silence > ANSWER_TIMEOUT)
    return vz_fail (
      error, VZ_ERROR_GUEST_AGENT,
      self->exited
        ? "the command has ended, but the rest of its output has not arrived for %d seconds"
        : "the guest has opened the command's ports, but has not answered for %d seconds",
      (int) (ANSWER_TIMEOUT / G_USEC_PER_SEC));
  if (self->opened)
    return TRUE;
  said = vz_exec_command_dup_end (self->agent, self->pid);
  /* The agent reports it only once, and the answer may have been lost. */
  if (said == NULL && self->unopened > OPEN_TIMEOUT)
    said = g_strdup ("its ports did not appear");
  return said == NULL ||
         vz_fail (error, VZ_ERROR_GUEST_AGENT, "the guest could not run it: %s", said);
}

static gboolean
is_over (const Execution *self)
{
  gboolean over = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (self->streams); i++)
    over = over && (self->streams[i].over ||
                    (self->exited && self->gone && !vz_exec_stream_has_ready (&self->streams[i])));
  return over;
}

static void
ask_for_end (Execution *self)
{
  self->end_asked = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (self->streams); i++)
    if (!self->streams[i].over)
      tell (self, "end", stream_names[i]);
}

static gboolean
pump (Execution *self, GError **error)
{
  int cancel_fd = self->cancellable != NULL ? g_cancellable_get_fd (self->cancellable) : -1;
  gboolean ok = TRUE;

  while (ok && !is_over (self))
    {
      ok = pump_once (self, cancel_fd, error) &&
           (self->quiet < LOOK_INTERVAL || judge_quiet (self, error));
      if (self->exited && !self->end_asked && self->after_exit > GRACE)
        ask_for_end (self);
    }
  if (cancel_fd >= 0)
    g_cancellable_release_fd (self->cancellable);
  /* QEMU may have ended between the end of the command and that of its streams. */
  if (!ok && self->exited && error != NULL && g_error_matches (*error, VZ_ERROR, VZ_ERROR_IO))
    ok = !self->stopping;
  if (ok && self->stopping)
    return vz_fail (error, VZ_ERROR_IO, "the guest is shutting down, which ended the command");
  if (ok && error != NULL)
    g_clear_error (error);
  return ok;
}

/* Makes the script kill the command, and waits until it has. If QEMU has passed on only part of a
 * buffer when the port goes away, the guest's queue loses the buffer. */
static void
kill_command (Execution *self)
{
  gint64 deadline = vz_deadline_after (KILL_TIMEOUT_MS);
  VzPortState state;

  tell (self, "kill", "");
  while (!vz_deadline_is_past (deadline) &&
         (vz_exec_streams_drain (self->streams, G_N_ELEMENTS (self->streams), KILL_INTERVAL_MS) ||
          (!vz_engine_is_guest_stopped (self->engine) &&
           vz_engine_query_port (self->engine, self->control_id, &state, NULL, NULL) &&
           state == VZ_PORT_OPEN)))
    ;
}

static gboolean
plug_in (Execution *self, GError **error)
{
  int sockets[VZ_N_EXEC_PORTS] = { -1, -1, -1, -1 };
  gboolean ok;

  self->turn = vz_exec_ports_take_turn (self->directory, self->cancellable, error);
  if (self->turn < 0)
    return FALSE;
  vz_exec_ports_sweep (self->engine, self->agent, self->directory);
  self->lock = vz_exec_ports_lock (self->directory, self->token, error);
  if (self->lock < 0)
    return FALSE;
  ok = vz_exec_ports_plug_in (self->engine, self->agent, self->directory, self->token,
                              self->input >= 0, sockets, self->cancellable, error);
  self->sockets[VZ_EXEC_INPUT] = sockets[VZ_EXEC_INPUT];
  self->sockets[VZ_EXEC_CONTROL] = sockets[VZ_EXEC_CONTROL];
  self->streams[0].socket = sockets[VZ_EXEC_OUTPUT];
  self->streams[1].socket = sockets[VZ_EXEC_ERRORS];
  return ok;
}

static void
clear (Execution *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->streams); i++)
    vz_exec_stream_clear (&self->streams[i]);
  vz_file_close (&self->sockets[VZ_EXEC_INPUT]);
  vz_file_close (&self->sockets[VZ_EXEC_CONTROL]);
  if (self->lock >= 0)
    {
      vz_exec_ports_unplug (self->engine, self->agent, self->directory, self->token);
      vz_exec_ports_unlock (self->directory, self->token, self->lock);
    }
  vz_file_close (&self->turn);
  g_free (self->control_id);
  g_free (self->directory);
}

static gboolean
run (Execution *self, const char *const *argv, GError **error)
{
  if (!plug_in (self, error) || !vz_exec_command_start (self->agent, self->token, self->input >= 0,
                                                        argv, &self->pid, self->cancellable, error))
    return FALSE;
  if (pump (self, error))
    {
      g_free (vz_exec_command_dup_end (self->agent, self->pid));
      return TRUE;
    }
  kill_command (self);
  return FALSE;
}

/* An empty input needs no port. */
static gboolean
is_empty_input (int fd)
{
  struct stat st, null;

  return fstat (fd, &st) != 0 ||
         (stat ("/dev/null", &null) == 0 && S_ISCHR (st.st_mode) && st.st_rdev == null.st_rdev);
}

/**
 * vz_virtual_machine_execute:
 * @self: a running machine whose guest's agent answers, see vz_guest_agent_wait()
 * @argv: (array zero-terminated=1): the program (found in the agent's PATH) and its arguments
 * @input: the descriptor from which the command's standard input is read, until its end
 * @output: the descriptor to which the command's standard output goes
 * @errors: the descriptor to which the command's standard error goes; may be the same as @output
 * @ret_status: (out) (optional): the exit status; 128 plus the number of the signal that killed it;
 * 127 when the program does not exist
 * @cancellable: (nullable): cancels, and kills the command in the guest with its children
 * @error: return location for an error, or %NULL
 *
 * Runs a program in the guest as root, in root's home directory and with the environment of a
 * login. Its standard streams may have any length and content, and are passed on while it runs; its
 * arguments may be any bytes. The output of children that it leaves in the background is passed on
 * for a second after its end; the children keep running. When @output or @errors is no longer read,
 * the command gets SIGPIPE, as on an ordinary pipe. Time during which the machine is paused does
 * not count towards any limit. The descriptors stay open. Not in Apple's framework.
 *
 * Returns: whether it ran to completion, whatever its status; otherwise @error is code 3 (state),
 *   %VZ_ERROR_INVALID_ARGUMENT (arguments longer than a program accepts), %VZ_ERROR_BUSY (too many
 *   commands at once), %VZ_ERROR_GUEST_AGENT, %VZ_ERROR_TIMED_OUT, %VZ_ERROR_IO (a descriptor
 *   cannot be read or written; the machine ended) or %G_IO_ERROR_CANCELLED
 */
gboolean
vz_virtual_machine_execute (VzVirtualMachine *self, const char *const *argv, int input, int output,
                            int errors, int *ret_status, GCancellable *cancellable, GError **error)
{
  g_autofree Execution *execution = g_new0 (Execution, 1); /* it has a large buffer */
  g_autofree char *name = argv != NULL && argv[0] != NULL ? g_utf8_make_valid (argv[0], -1) : NULL;
  gboolean done;
  VZ_ERROR_PREFIX ("running '%.200s' in the guest", name);

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && argv != NULL && argv[0] != NULL, FALSE);
  if (!vz_exec_command_check (argv, error))
    return FALSE;
  execution->cancellable = cancellable;
  execution->engine = vz_virtual_machine_get_running_engine (self, error);
  if (execution->engine == NULL)
    return FALSE;
  execution->directory = vz_virtual_machine_dup_runtime_dir (self, error);
  if (execution->directory == NULL)
    return FALSE;
  execution->agent = vz_virtual_machine_get_guest_agent (self);
  execution->lock = execution->turn = -1;
  execution->input = is_empty_input (input) ? -1 : input;
  execution->sockets[VZ_EXEC_INPUT] = execution->sockets[VZ_EXEC_CONTROL] = -1;
  vz_exec_stream_init (&execution->streams[0], output);
  vz_exec_stream_init (&execution->streams[1], errors);
  random_text (execution->token, sizeof execution->token);
  execution->control_id = vz_exec_port_dup_id (execution->token, VZ_EXEC_CONTROL);
  done = run (execution, argv, error);
  clear (execution);
  if (done && ret_status != NULL)
    *ret_status = execution->status;
  return done;
}
