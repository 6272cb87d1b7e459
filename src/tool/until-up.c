/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/until-up.h"

#include <string.h>

#include "foundation/vz-fail.h"
#include "tool/running.h"

#define TIMEOUT_MS 600000
#define RETRY_INTERVAL (G_USEC_PER_SEC / 2)
#define GREETING "SSH-"

typedef struct {
  VzVirtualMachine *machine;
  gboolean ssh;
} Waiting;

gboolean
until_up_knows (const char *what)
{
  return g_str_equal (what, "agent") || g_str_equal (what, "ssh");
}

/* QEMU accepts the connection for the guest, so only the greeting tells that the server is there. */
static gboolean
ssh_greets (guint port, GCancellable *cancellable)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  char greeting[sizeof GREETING - 1];
  gsize n = 0;

  g_socket_client_set_timeout (client, 10);
  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) port, cancellable, NULL);
  return connection != NULL &&
         g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), greeting, sizeof greeting,
                                  &n, cancellable, NULL) &&
         n == sizeof greeting && memcmp (greeting, GREETING, n) == 0;
}

static gboolean
wait_until_up (gpointer data, GCancellable *cancellable, GError **error)
{
  Waiting *self = data;
  gint64 deadline = g_get_monotonic_time () + TIMEOUT_MS * G_TIME_SPAN_MILLISECOND;
  guint port = self->ssh ? running_get_published_port (self->machine, 22) : 0;

  if (self->ssh && port == 0)
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                    "--wait: the guest's port 22 is not published, so ssh cannot be waited for");
  if (!vz_guest_agent_wait (vz_virtual_machine_get_guest_agent (self->machine), TIMEOUT_MS, cancellable, error))
    return FALSE;
  while (self->ssh && !ssh_greets (port, cancellable))
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (g_get_monotonic_time () > deadline)
        return vz_fail (error, VZ_ERROR_TIMED_OUT, "the guest's ssh server did not answer within %d minutes",
                        TIMEOUT_MS / 60000);
      g_usleep (RETRY_INTERVAL);
    }
  return TRUE;
}

gboolean
until_up (VzTool *tool, VzVirtualMachine *machine, const char *what, GError **error)
{
  Waiting waiting = { machine, g_str_equal (what, "ssh") };

  return tool_wait (tool, wait_until_up, &waiting, NULL, error);
}
