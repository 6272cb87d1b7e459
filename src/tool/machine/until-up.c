/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/until-up.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"
#include "tool/machine/running.h"
#include "tool/waiting-line.h"

/* How this works
 *
 * A guest has booted once a user could log in. Whichever of two signs comes first counts: a login
 * prompt on the serial console, which every Unix shows if that is its console; and a report by
 * systemd, through the agent, for a guest that shows its prompt elsewhere. */

#define TIMEOUT_MS 600000
#define TIMEOUT_MINUTES (TIMEOUT_MS / 60000)
#define PING_MS 2000
#define AGENT_LOOK_MS 15000 /* enough to start one over SSH */
#define RETRY_INTERVAL_MS 500
#define GREETING "SSH-"
#define LOG_TAIL 65536

typedef struct {
  VzVirtualMachine *machine;
  const char *what;
} Waiting;

static const struct {
  const char *what;
  const char *text;
  const char *failure;
} signs[] = {
  { "boot", "waiting for the guest's login prompt",
    "no login prompt on the guest's console and no answer from its agent" },
  { "agent", "waiting for the guest's agent", "the guest's agent did not answer" },
  { "ssh", "waiting for the guest's ssh server", "the guest's ssh server did not answer" },
};

static const char *
find_text (const char *what)
{
  for (gsize i = 0; i < G_N_ELEMENTS (signs); i++)
    if (g_str_equal (signs[i].what, what))
      return signs[i].text;
  return NULL;
}

static const char *
find_failure (const char *what)
{
  gsize i = 0;

  while (!g_str_equal (signs[i].what, what))
    i++;
  return signs[i].failure;
}

gboolean
until_up_knows (const char *what)
{
  return find_text (what) != NULL;
}

/* QEMU accepts the connection for the guest, so only the greeting shows that the server is
 * there. */
static gboolean
ssh_greets (guint port, GCancellable *cancellable)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  char greeting[sizeof GREETING - 1];
  gsize n = 0;

  g_socket_client_set_timeout (client, 10);
  g_socket_client_set_enable_proxy (client, FALSE);
  connection =
    g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) port, cancellable, NULL);
  return connection != NULL &&
         g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), greeting,
                                  sizeof greeting, &n, cancellable, NULL) &&
         n == sizeof greeting && memcmp (greeting, GREETING, n) == 0;
}

/* A line with getty's prompt, "host login: "; the kernel may have written after it. The log is this
 * run's. */
static gboolean
console_asks_for_login (VzVirtualMachine *machine)
{
  g_autofree char *log = vz_virtual_machine_dup_log_path (machine);
  g_autofree char *directory = log != NULL ? g_path_get_dirname (log) : NULL;
  g_autofree char *path = directory != NULL ? g_build_filename (directory, "console.log", NULL)
                                            : NULL;
  g_autofree char *text = g_malloc0 (LOG_TAIL + 1);
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  off_t size;

  if (fd < 0)
    return FALSE;
  size = lseek (fd, 0, SEEK_END);
  if (pread (fd, text, LOG_TAIL, MAX (0, size - LOG_TAIL)) < 0)
    *text = '\0';
  close (fd);
  return g_regex_match_simple ("^\\S+ login: ($|\\[|\\S+ \\(automatic login\\))", text,
                               G_REGEX_MULTILINE | G_REGEX_RAW | G_REGEX_NEWLINE_ANYCRLF, 0);
}

/* Says nothing about a guest without systemd. */
static gboolean
agent_says_booted (VzVirtualMachine *machine, GCancellable *cancellable)
{
  const char *argv[] = { "systemctl", "is-system-running", NULL };
  VzGuestAgent *agent = vz_virtual_machine_get_guest_agent (machine);
  g_autoptr (GBytes) output = NULL;
  g_autofree char *word = NULL;

  if (agent == NULL || !vz_guest_agent_ping (agent, PING_MS, cancellable, NULL) ||
      !vz_guest_agent_exec (agent, argv, NULL, NULL, &output, NULL, cancellable, NULL))
    return FALSE;
  word = g_strchomp (g_strndup (g_bytes_get_data (output, NULL), g_bytes_get_size (output)));
  return g_str_equal (word, "running") ||
         g_str_equal (word, "degraded"); /* some unit failed, but it is up */
}

static gboolean
is_up (Waiting *self, guint port, GCancellable *cancellable)
{
  if (g_str_equal (self->what, "agent"))
    return vz_guest_agent_wait (vz_virtual_machine_get_guest_agent (self->machine), AGENT_LOOK_MS,
                                cancellable, NULL);
  if (g_str_equal (self->what, "ssh"))
    return ssh_greets (port, cancellable);
  return console_asks_for_login (self->machine) || agent_says_booted (self->machine, cancellable);
}

static gboolean
wait_until_up (gpointer data, GCancellable *cancellable, GError **error)
{
  Waiting *self = data;
  gint64 deadline = vz_deadline_after (TIMEOUT_MS);
  gboolean is_boot = g_str_equal (self->what, "boot");
  guint port =
    is_boot ? 0 : vz_virtual_machine_find_published_port (self->machine, 22, cancellable, NULL);

  if (g_str_equal (self->what, "ssh") && port == 0)
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                    "--wait: cannot wait for ssh: the guest's port 22 is not published");
  while (!is_up (self, port, cancellable))
    {
      VzVirtualMachineState state = vz_virtual_machine_get_state (self->machine);

      if (vz_virtual_machine_has_ended (self->machine))
        return vz_virtual_machine_wait_stopped (self->machine, cancellable, error) &&
               vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE,
                        "the guest shut down before it was up");
      /* A full disk, or another user's command: it will not come up before it is resumed. */
      if (!vz_virtual_machine_check_awake (self->machine, cancellable, error))
        return FALSE;
      if (vz_deadline_is_past (deadline))
        return vz_fail (error, VZ_ERROR_TIMED_OUT, "%s within %d minutes",
                        find_failure (self->what), TIMEOUT_MINUTES);
      if (!vz_virtual_machine_wait_state_change (self->machine, state, RETRY_INTERVAL_MS,
                                                 cancellable, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
until_up (VzTool *tool, VzVirtualMachine *machine, const char *what, gboolean restored,
          GError **error)
{
  Waiting waiting = { machine, what };
  g_autoptr (WaitingLine) line = NULL;

  if (restored && g_str_equal (what, "boot"))
    return TRUE;
  line = waiting_line_new (tool, find_text (what));
  return tool_wait (tool, wait_until_up, &waiting, NULL, error);
}
