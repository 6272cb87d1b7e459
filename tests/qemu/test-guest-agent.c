/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-fail.h"
#include "qemu/agent/vz-agent-channel.h"
#include "qemu/agent/vz-guest-agent-private.h"
#include "qemu/vz-stream.h"

#include "peer.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define TIMEOUT_MS 20000

/* Reads a sync command, which 0xFF precedes, and answers it, preceded by @before. */
static gboolean
answer_sync (int fd, const char *before)
{
  g_autofree char *line = peer_read_line (fd);
  g_autofree char *text = NULL;

  if (line == NULL)
    return FALSE;
  g_assert_cmpint ((guchar) line[0], ==, 0xff);
  text = g_strdup_printf ("%s\xff{\"return\": %" G_GINT64_FORMAT "}\n", before, peer_id_of (line));
  peer_write (fd, text);
  return TRUE;
}

static void
left_garbage (int fd)
{
  char *line;

  /* Half an answer to somebody else, an old sync's answer, noise, then ours. */
  if (!answer_sync (fd, "\"}}\n\xff{\"return\": 1}\n\n{]\nxx"))
    return;
  while ((line = peer_read_line (fd)) != NULL)
    {
      if (strstr (line, "guest-fail") != NULL)
        peer_write (fd, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"not today\"}}\n");
      else
        peer_write (fd, "{\"return\": {\"pid\": 7}}\n");
      g_free (line);
    }
}

static void
test_resync (void)
{
  Peer peer;
  int fd = peer_start (&peer, left_garbage);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) result = NULL;
  VzAgentChannel *channel = vz_agent_channel_new (fd, vz_deadline_after (TIMEOUT_MS), NULL, &error);

  g_assert_no_error (error);
  g_assert_true (vz_agent_channel_call (channel, "guest-exec", NULL, vz_deadline_after (TIMEOUT_MS),
                                        NULL, &result, &error));
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (result), "pid"), ==, 7);
  g_assert_false (vz_agent_channel_call (channel, "guest-fail", NULL,
                                         vz_deadline_after (TIMEOUT_MS), NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_GUEST_AGENT);
  g_assert_nonnull (strstr (error->message, "not today"));
  vz_agent_channel_free (channel);
  peer_join (&peer);
}

static void
wrong_number (int fd)
{
  peer_write (fd, "\xff{\"return\": 1}\n");
  g_free (peer_read_line (fd));
  g_free (peer_read_line (fd));
}

static void
test_no_sync (void)
{
  Peer peer;
  g_autoptr (GError) error = NULL;

  g_assert_null (vz_agent_channel_new (peer_start (&peer, wrong_number), vz_deadline_after (80),
                                       NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_TIMED_OUT);
  peer_join (&peer);
}

static void
dies_after_sync (int fd)
{
  answer_sync (fd, "");
  g_free (peer_read_line (fd));
}

static void
test_dies (void)
{
  Peer peer;
  int fd = peer_start (&peer, dies_after_sync);
  g_autoptr (GError) error = NULL;
  VzAgentChannel *channel = vz_agent_channel_new (fd, vz_deadline_after (TIMEOUT_MS), NULL, &error);

  g_assert_no_error (error);
  g_assert_false (vz_agent_channel_call (channel, "guest-ping", NULL,
                                         vz_deadline_after (TIMEOUT_MS), NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_IO);
  vz_agent_channel_free (channel);
  peer_join (&peer);
}

/* An agent at a socket, as QEMU provides it: one client at a time. */
static int listener;

static void
serve_exec (int fd)
{
  guint polls = 0;
  int client;

  while ((client = accept (listener, NULL, NULL)) >= 0)
    {
      g_autofree char *line = NULL;

      answer_sync (client, "");
      line = peer_read_line (client);
      polls += line != NULL && strstr (line, "guest-exec-status") != NULL;
      if (line != NULL && strstr (line, "guest-exec-status") != NULL && polls < 3)
        peer_write (client, "{\"return\": {\"exited\": false}}\n");
      else if (line != NULL && strstr (line, "guest-exec-status") != NULL && polls > 3)
        peer_write (client, "{\"error\": {\"class\": \"GenericError\", "
                            "\"desc\": \"Invalid parameter 'PID ld does not exist'\"}}\n");
      else if (line != NULL && strstr (line, "guest-exec-status") != NULL)
        peer_write (client, "{\"return\": {\"exited\": true, \"exitcode\": 3, "
                            "\"out-data\": \"AP8K\", \"err-data\": \"eA==\"}}\n");
      else if (line != NULL)
        {
          g_assert_nonnull (strstr (line, "\"input-data\":\"AAEC\""));
          peer_write (client, "{\"return\": {\"pid\": 12}}\n");
        }
      close (client);
    }
}

static void
listen_at (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (listener, 4), ==, 0);
}

/* The folder of a machine whose agent is at a socket. */
typedef struct {
  char *folder;
  char *path; /* of the socket */
  char *lock;
  VzGuestAgent *agent;
} Place;

static VzGuestAgent *
place_init (Place *self)
{
  self->folder = g_dir_make_tmp ("vzq-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "agent.sock", NULL);
  self->lock = g_build_filename (self->folder, "agent.lock", NULL);
  self->agent = vz_guest_agent_new (self->folder);
  return self->agent;
}

static void
place_clear (Place *self)
{
  unlink (self->path);
  unlink (self->lock);
  rmdir (self->folder);
  g_clear_object (&self->agent);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->lock);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

static void
test_exec (void)
{
  g_auto (Place) place = { NULL };
  VzGuestAgent *agent = place_init (&place);
  const char *argv[] = { "cat", "-v", NULL };
  g_autoptr (GBytes) input = g_bytes_new ("\0\1\2", 3);
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GBytes) errors = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;
  Peer peer;
  int unused;

  g_assert_false (vz_guest_agent_ping (agent, 50, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
  g_clear_error (&error);

  listen_at (place.path);
  unused = peer_start (&peer, serve_exec);
  vz_guest_agent_exec (agent, argv, input, &status, &output, &errors, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 3);
  g_assert_cmpmem (g_bytes_get_data (output, NULL), g_bytes_get_size (output), "\0\xff\n", 3);
  g_assert_cmpmem (g_bytes_get_data (errors, NULL), g_bytes_get_size (errors), "x", 1);

  /* A restarted agent does not know what the one before it started. */
  g_assert_false (vz_guest_agent_exec (agent, argv, input, &status, NULL, NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_GUEST_AGENT);
  g_assert_nonnull (strstr (error->message, "agent restarted in the meantime"));

  shutdown (listener, SHUT_RDWR);
  peer_join (&peer);
  close (listener);
  close (unused);
}

/* A guest that stalls for longer than the limit, and then answers. */
#define LIMIT_MS 1000
static gint paused;

static gboolean
is_paused (GObject *owner)
{
  return g_atomic_int_get (&paused);
}

static void
serve_late (int fd)
{
  int client = accept (listener, NULL, NULL);
  g_autofree char *line = NULL;

  answer_sync (client, "");
  line = peer_read_line (client);
  g_usleep (3 * LIMIT_MS * 1000);
  g_atomic_int_set (&paused, FALSE);
  peer_write (client, "{\"return\": {\"pid\": 7}}\n");
  close (client);
}

/* If the caller can be interrupted, time does not count; anyone else gets an error after it. */
static void
test_paused (gconstpointer data)
{
  gboolean patient = GPOINTER_TO_INT (data);
  g_auto (Place) place = { NULL };
  VzGuestAgent *agent = place_init (&place);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Peer peer;
  int unused;

  listen_at (place.path);
  g_atomic_int_set (&paused, TRUE);
  vz_guest_agent_set_owner (agent, G_OBJECT (cancellable), is_paused, NULL);
  unused = peer_start (&peer, serve_late);
  vz_guest_agent_call_within (agent, LIMIT_MS, "guest-exec", NULL, patient ? cancellable : NULL,
                              NULL, &error);
  if (patient)
    g_assert_no_error (error);
  else
    g_assert_error (error, VZ_ERROR, VZ_ERROR_TIMED_OUT);
  peer_join (&peer);
  close (listener);
  close (unused);
}

static gboolean
refuse_to_start (GObject *owner, int timeout_ms, GCancellable *cancellable, GError **error)
{
  g_object_set_data (owner, "asked", GINT_TO_POINTER (timeout_ms));
  g_set_error_literal (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED, "the guest has no Python");
  return FALSE;
}

/* A guest in which nothing answers and no agent can be started: nobody waits for it. */
static void
test_start_refused (void)
{
  g_auto (Place) place = { NULL };
  VzGuestAgent *agent = place_init (&place);
  g_autoptr (GObject) owner = G_OBJECT (g_cancellable_new ());
  g_autoptr (GError) error = NULL;

  listen_at (place.path);
  g_atomic_int_set (&paused, FALSE);
  vz_guest_agent_set_owner (agent, owner, is_paused, refuse_to_start);
  g_assert_false (vz_guest_agent_wait (agent, 60 * 1000, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_assert_cmpint (GPOINTER_TO_INT (g_object_get_data (owner, "asked")), >, 0);
  close (listener);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/guest-agent/resync", test_resync);
  g_test_add_func ("/guest-agent/no-sync", test_no_sync);
  g_test_add_func ("/guest-agent/dies", test_dies);
  g_test_add_func ("/guest-agent/exec", test_exec);
  g_test_add_data_func ("/guest-agent/paused", GINT_TO_POINTER (TRUE), test_paused);
  g_test_add_data_func ("/guest-agent/paused-not-to-be-waited-for", NULL, test_paused);
  g_test_add_func ("/guest-agent/start-refused", test_start_refused);
  return g_test_run ();
}
