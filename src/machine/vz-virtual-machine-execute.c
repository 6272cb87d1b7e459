/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-virtual-machine-execute.h"

#include "bundle/vz-runtime.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-file.h"
#include "foundation/vz-random.h"
#include "machine/vz-exec-ports.h"
#include "machine/vz-virtual-machine-private.h"
#include "qemu/vz-guest-agent-private.h"
#include "qemu/vz-stream.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How this works
 *
 * The guest's agent collects what a command writes, up to 16 MiB, and takes its whole input beforehand.
 * So the command gets three virtio ports of its own, which are plugged in for it and unplugged after it:
 * input, output, errors. The agent only starts a shell that runs the command on them. The end of the
 * input is QEMU's losing its client; the end of the output is a random trailer that the shell writes
 * behind the command's own, because nothing else tells that the port is drained. */

#define N_PORTS VZ_N_EXEC_PORTS
#define TRAILER_SIZE 32
#define BLOCK 65536
#define PIECE 4096 /* what a pipe that can be written to takes without blocking */
#define STATUS_INTERVAL_MS 2000

static const char script[] =
  "token=$1 trailer=$2 port=/dev/virtio-ports/vz.$1 n=0; shift 2\n"
  "until [ -e $port.in ] && [ -e $port.out ] && [ -e $port.err ]; do\n"
  "  n=$((n + 1)); [ $n -lt 1200 ] || exit 125; sleep 0.05\n"
  "done\n"
  "echo $$ > /run/vz-exec.$token; exec 3> $port.out 4> $port.err 5< $port.in\n"
  "( exec 3>&- 4>&- 5<&-; exec \"$@\" ) <&5 >&3 2>&4\n"
  "status=$?; rm -f /run/vz-exec.$token\n"
  "printf %s \"$trailer\" >&3; printf %s \"$trailer\" >&4; exit $status\n";

typedef struct {
  int socket;
  int target; /* the caller's descriptor */
  gboolean over;
  guint8 held[TRAILER_SIZE]; /* the last bytes, which may be the trailer */
  gsize n_held;
} Port;

typedef struct {
  VzVirtualMachine *machine;
  VzEngine *engine;
  VzGuestAgent *agent;
  GCancellable *cancellable;
  char *directory;
  int lock; /* says that we live, see vz-exec-ports.h */
  char token[17];
  char trailer[TRAILER_SIZE + 1];
  Port ports[N_PORTS];
  guint8 input[BLOCK];
  gsize input_at, input_end;
  gboolean input_ended;
  gint64 pid;
  gboolean exited;
  int status;
} Execution;

static void
random_text (char *text, gsize size)
{
  guint8 bytes[TRAILER_SIZE];

  vz_random_bytes (bytes, sizeof bytes);
  for (gsize i = 0; i + 1 < size; i++)
    text[i] = "0123456789abcdef"[bytes[i] & 15];
  text[size - 1] = '\0';
}

static gboolean
add_backend (Execution *self, const char *id, const char *path, GError **error)
{
  JsonObject *arguments = json_object_new (), *backend = json_object_new (), *data = json_object_new ();
  JsonObject *address = json_object_new (), *inner = json_object_new ();

  json_object_set_string_member (inner, "path", path);
  json_object_set_string_member (address, "type", "unix");
  json_object_set_object_member (address, "data", inner);
  json_object_set_object_member (data, "addr", address);
  json_object_set_boolean_member (data, "server", TRUE);
  json_object_set_boolean_member (data, "wait", FALSE);
  json_object_set_string_member (backend, "type", "socket");
  json_object_set_object_member (backend, "data", data);
  json_object_set_string_member (arguments, "id", id);
  json_object_set_object_member (arguments, "backend", backend);
  return vz_engine_call (self->engine, "chardev-add", arguments, self->cancellable, NULL, error);
}

static gboolean
plug_in (Execution *self, guint i, GError **error)
{
  g_autofree char *id = vz_exec_port_dup_id (self->token, i);
  g_autofree char *path = g_strdup_printf ("%s/%s", self->directory, id);
  g_autofree char *name = vz_exec_port_dup_name (self->token, i);
  JsonObject *arguments;

  if (!add_backend (self, id, path, error))
    return FALSE;
  self->ports[i].socket = vz_stream_connect (path, error);
  unlink (path);
  if (self->ports[i].socket < 0)
    return FALSE;
  arguments = json_object_new ();
  json_object_set_string_member (arguments, "driver", "virtserialport");
  json_object_set_string_member (arguments, "bus", "agent-bus.0");
  json_object_set_string_member (arguments, "id", id);
  json_object_set_string_member (arguments, "chardev", id);
  json_object_set_string_member (arguments, "name", name);
  return vz_engine_call (self->engine, "device_add", arguments, self->cancellable, NULL, error);
}

/* Clears up after others, and gets what this command needs. */
static gboolean
plug_in_all (Execution *self, GError **error)
{
  vz_exec_ports_sweep (self->engine, self->agent, self->directory);
  self->lock = vz_exec_ports_lock (self->directory, self->token, error);
  for (guint i = 0; self->lock >= 0 && i < N_PORTS; i++)
    if (!plug_in (self, i, error))
      return FALSE;
  return self->lock >= 0;
}

static void
unplug (Execution *self)
{
  for (guint i = 0; i < N_PORTS; i++)
    vz_file_close (&self->ports[i].socket);
  vz_exec_ports_unplug (self->engine, self->token);
  if (self->lock >= 0)
    vz_exec_ports_unlock (self->directory, self->token, self->lock);
  g_free (self->directory);
}

static gboolean
start_command (Execution *self, const char *const *argv, GError **error)
{
  const char *first[] = { "-w", "sh", "-c", script, "vz-exec", self->token, self->trailer };
  JsonObject *arguments = json_object_new ();
  JsonArray *rest = json_array_new ();
  g_autoptr (JsonNode) answer = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (first); i++)
    json_array_add_string_element (rest, first[i]);
  for (guint i = 0; argv[i] != NULL; i++)
    json_array_add_string_element (rest, argv[i]);
  json_object_set_string_member (arguments, "path", "setsid");
  json_object_set_array_member (arguments, "arg", rest);
  json_object_set_boolean_member (arguments, "capture-output", FALSE);
  if (!vz_guest_agent_call (self->agent, "guest-exec", arguments, self->cancellable, &answer, error))
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (answer))
    return vz_fail (error, VZ_ERROR_GUEST_AGENT, "the agent's answer is no object");
  self->pid = json_object_get_int_member_with_default (json_node_get_object (answer), "pid", 0);
  return TRUE;
}

static gboolean
ask_status (Execution *self, GError **error)
{
  JsonObject *arguments = json_object_new (), *status;
  g_autoptr (JsonNode) answer = NULL;

  json_object_set_int_member (arguments, "pid", self->pid);
  if (!vz_guest_agent_call (self->agent, "guest-exec-status", arguments, self->cancellable, &answer, error))
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (answer))
    return vz_fail (error, VZ_ERROR_GUEST_AGENT, "the agent's answer is no object");
  status = json_node_get_object (answer);
  self->exited = json_object_get_boolean_member_with_default (status, "exited", FALSE);
  self->status = (int) json_object_get_int_member_with_default (status, "exitcode", 0);
  if (json_object_has_member (status, "signal"))
    self->status = 128 + (int) json_object_get_int_member_with_default (status, "signal", 0);
  return TRUE;
}

static gboolean
write_out (Execution *self, Port *port, const guint8 *bytes, gsize size, GError **error)
{
  while (size > 0)
    {
      ssize_t n;

      if (!vz_stream_wait (port->target, POLLOUT, VZ_NO_DEADLINE, self->cancellable, error))
        return FALSE;
      n = write (port->target, bytes, MIN (size, PIECE));
      if (n < 0 && errno != EINTR && errno != EAGAIN)
        return vz_fail_errno (error, "cannot write what the command writes");
      bytes += MAX (n, 0);
      size -= (gsize) MAX (n, 0);
    }
  return TRUE;
}

/* How many of the last bytes may be the beginning of the trailer: mostly none. */
static gsize
count_held (Execution *self, const guint8 *bytes, gsize size)
{
  gsize n = MIN (size, TRAILER_SIZE);

  while (n > 0 && memcmp (bytes + size - n, self->trailer, n) != 0)
    n--;
  return n;
}

/* Passes on all but what may be the trailer. */
static gboolean
take_output (Execution *self, Port *port, GError **error)
{
  guint8 buffer[TRAILER_SIZE + BLOCK];
  ssize_t n;
  gsize size;

  memcpy (buffer, port->held, port->n_held);
  n = read (port->socket, buffer + port->n_held, BLOCK);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return TRUE;
  if (n <= 0)
    return vz_fail (error, VZ_ERROR_IO, "the machine ended while the command was running");
  size = port->n_held + (gsize) n;
  port->n_held = count_held (self, buffer, size);
  size -= port->n_held;
  memcpy (port->held, buffer + size, port->n_held);
  port->over = port->n_held == TRAILER_SIZE;
  return write_out (self, port, buffer, size, error);
}

static gboolean
give_input (Execution *self, gboolean readable, gboolean writable, GError **error)
{
  Port *port = &self->ports[0];
  ssize_t n;

  if (readable)
    {
      n = read (port->target, self->input, BLOCK);
      if (n < 0 && errno != EAGAIN && errno != EINTR)
        return vz_fail_errno (error, "cannot read the command's input");
      self->input_at = 0;
      self->input_end = (gsize) MAX (n, 0);
      self->input_ended = n == 0;
    }
  if (writable && self->input_at < self->input_end)
    {
      n = send (port->socket, self->input + self->input_at, self->input_end - self->input_at, MSG_NOSIGNAL);
      if (n < 0 && errno != EAGAIN && errno != EINTR)
        return vz_fail_errno (error, "cannot pass on the command's input");
      self->input_at += (gsize) MAX (n, 0);
    }
  if (self->input_ended && !port->over)
    {
      port->over = TRUE;
      shutdown (port->socket, SHUT_WR);
    }
  return TRUE;
}

/* One round: waits for whatever can go on. */
static gboolean
pump_once (Execution *self, int cancel_fd, gboolean *ret_idle, GError **error)
{
  gboolean has_input = self->input_at < self->input_end;
  struct pollfd fds[] = {
    { .fd = self->ports[0].over || has_input ? -1 : self->ports[0].target, .events = POLLIN },
    { .fd = has_input ? self->ports[0].socket : -1, .events = POLLOUT },
    { .fd = self->ports[1].over ? -1 : self->ports[1].socket, .events = POLLIN },
    { .fd = self->ports[2].over ? -1 : self->ports[2].socket, .events = POLLIN },
    { .fd = cancel_fd, .events = POLLIN },
  };
  int n = poll (fds, G_N_ELEMENTS (fds), STATUS_INTERVAL_MS);

  if (n < 0 && errno != EINTR)
    return vz_fail_errno (error, "cannot wait for the command");
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  *ret_idle = n <= 0;
  if (n <= 0)
    return TRUE;
  if (!give_input (self, fds[0].revents != 0, fds[1].revents != 0, error))
    return FALSE;
  for (guint i = 1; i < N_PORTS; i++)
    if (fds[i + 1].revents != 0 && !take_output (self, &self->ports[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
pump (Execution *self, GError **error)
{
  int cancel_fd = self->cancellable != NULL ? g_cancellable_get_fd (self->cancellable) : -1;
  gboolean done = FALSE, failed = FALSE, idle = FALSE;

  while (!done && !failed)
    {
      gboolean was_over = self->exited;

      failed = !pump_once (self, cancel_fd, &idle, error);
      if (failed)
        break;
      done = self->ports[1].over && self->ports[2].over;
      if (idle && !done)
        failed = !ask_status (self, error);
      /* The shell was killed, and nothing has come for a while: there will be no trailer. */
      done = done || (was_over && idle);
    }
  if (cancel_fd >= 0)
    g_cancellable_release_fd (self->cancellable);
  return !failed;
}

static gboolean
wait_for_status (Execution *self, GError **error)
{
  while (!self->exited)
    {
      if (!ask_status (self, error))
        return FALSE;
      if (!self->exited)
        g_usleep (20 * 1000);
    }
  for (guint i = 1; i < N_PORTS; i++)
    if (!self->ports[i].over && !write_out (self, &self->ports[i], self->ports[i].held, self->ports[i].n_held, error))
      return FALSE;
  return TRUE;
}

/**
 * vz_virtual_machine_execute:
 * @self: a machine that runs and whose guest's agent answers, see vz_guest_agent_wait()
 * @argv: (array zero-terminated=1): program (searched in the agent's PATH) and its arguments
 * @input: descriptor that the command's standard input comes from, until its end
 * @output: descriptor that the command's standard output goes to
 * @errors: descriptor that the command's standard error goes to; may be the same as @output
 * @ret_status: (out) (optional): exit status; 128 plus the number of the signal that killed it; 127 when
 *   the program is not there
 * @cancellable: (nullable): cancels, and kills the command in the guest with its children
 * @error: return location for an error, or %NULL
 *
 * Runs a program in the guest as root, with standard streams of any length and content, passed on while
 * it runs. The descriptors stay open. Not in Apple's framework.
 *
 * Returns: whether it ran to its end, whatever its status; otherwise @error is code 3 (state),
 *   %VZ_ERROR_GUEST_AGENT, %VZ_ERROR_TIMED_OUT, %VZ_ERROR_IO (a descriptor cannot be read or written; the
 *   machine ended) or %G_IO_ERROR_CANCELLED
 */
gboolean
vz_virtual_machine_execute (VzVirtualMachine *self, const char *const *argv, int input, int output, int errors,
                            int *ret_status, GCancellable *cancellable, GError **error)
{
  g_autofree Execution *execution = g_new0 (Execution, 1); /* has large buffers */
  gboolean done, started;
  VZ_ERROR_PREFIX ("Running '%s' in the guest", argv[0]);

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && argv != NULL && argv[0] != NULL, FALSE);
  execution->machine = self;
  execution->cancellable = cancellable;
  execution->engine = vz_virtual_machine_get_running_engine (self, error);
  if (execution->engine == NULL)
    return FALSE;
  execution->directory = vz_virtual_machine_dup_runtime_dir (self, error);
  if (execution->directory == NULL)
    return FALSE;
  execution->agent = vz_virtual_machine_get_guest_agent (self);
  random_text (execution->token, sizeof execution->token);
  random_text (execution->trailer, sizeof execution->trailer);
  for (guint i = 0; i < N_PORTS; i++)
    execution->ports[i] = (Port) { .socket = -1, .target = i == 0 ? input : i == 1 ? output : errors };
  started = plug_in_all (execution, error) && start_command (execution, argv, error);
  done = started && pump (execution, error) && wait_for_status (execution, error);
  if (started && !done)
    vz_exec_ports_kill (execution->agent, execution->token);
  unplug (execution);
  if (done && ret_status != NULL)
    *ret_status = execution->status;
  return done;
}
