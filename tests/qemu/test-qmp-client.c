/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-fail.h"
#include "qemu/vz-qmp-client.h"

#include "peer.h"

#include <string.h>
#include <unistd.h>

#define TIMEOUT_MS 20000

typedef struct {
  gint events;
  gint closed;
} Seen;

static void
on_event (const char *name, JsonObject *data, gpointer user_data)
{
  g_atomic_int_inc (&((Seen *) user_data)->events);
}

static void
on_closed (const GError *reason, gpointer user_data)
{
  g_assert_nonnull (reason);
  g_atomic_int_inc (&((Seen *) user_data)->closed);
}

static const VzQmpCallbacks callbacks = { on_event, on_closed };

static VzQmpClient *
connect_to (Peer *peer, void (*script) (int fd), Seen *seen)
{
  g_autoptr (GError) error = NULL;
  VzQmpClient *client;

  memset (seen, 0, sizeof *seen);
  client = vz_qmp_client_new (peer_start (peer, script), &callbacks, seen);
  vz_qmp_client_negotiate (client, TIMEOUT_MS, NULL, &error);
  g_assert_no_error (error);
  return client;
}

/* Frees the client, which ends a script that still reads, and checks that the end was reported
 * once. */
static void
finish (VzQmpClient *client, Peer *peer, Seen *seen)
{
  vz_qmp_client_free (client);
  peer_join (peer);
  g_assert_cmpint (seen->closed, ==, 1);
}

static void
polite (int fd)
{
  char *line;

  peer_greet (fd);
  while ((line = peer_read_line (fd)) != NULL)
    {
      peer_write (fd, "{\"event\": \"RESUME\"}\r\n{\"event\": \"ODD\", \"data\": 3}\r\n");
      if (strstr (line, "refuse") != NULL)
        peer_answer (fd, line,
                     "\"error\": {\"class\": \"GenericError\", \"desc\": \"No, thanks\"}");
      else
        peer_answer (fd, line, "\"return\": {\"answer\": 42}");
      g_free (line);
    }
}

static void
test_outcomes (void)
{
  Peer peer;
  Seen seen;
  VzQmpClient *client = connect_to (&peer, polite, &seen);
  g_autoptr (JsonNode) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (vz_qmp_client_call (client, "ask", NULL, TIMEOUT_MS, NULL, &result, &error), ==,
                   VZ_QMP_RESULT);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (result), "answer"), ==, 42);
  g_assert_cmpint (vz_qmp_client_call (client, "refuse", json_object_new (), TIMEOUT_MS, NULL, NULL,
                                       &error),
                   ==, VZ_QMP_REFUSED);
  g_assert_nonnull (strstr (error->message, "No, thanks"));
  g_assert_cmpint (seen.events, ==, 4);
  finish (client, &peer, &seen);
}

static void
dies_when_asked (int fd)
{
  peer_greet (fd);
  g_free (peer_read_line (fd));
  peer_write (fd, "{\"id\": 2, \"ret"); /* half a line */
}

static void
test_dies (void)
{
  Peer peer;
  Seen seen;
  VzQmpClient *client = connect_to (&peer, dies_when_asked, &seen);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;

  g_assert_cmpint (vz_qmp_client_call (client, "ask", NULL, TIMEOUT_MS, NULL, NULL, &error), ==,
                   VZ_QMP_TRANSPORT);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_IO);
  g_assert_cmpint (vz_qmp_client_call (client, "ask", NULL, TIMEOUT_MS, NULL, NULL, &again), ==,
                   VZ_QMP_TRANSPORT);
  finish (client, &peer, &seen);
}

static gpointer
call_in_thread (gpointer client)
{
  return GINT_TO_POINTER (vz_qmp_client_call (client, "ask", NULL, TIMEOUT_MS, NULL, NULL, NULL));
}

static void
dies_with_three_pending (int fd)
{
  peer_greet (fd);
  for (guint i = 0; i < 3; i++)
    g_free (peer_read_line (fd));
}

static void
test_all_pending_fail (void)
{
  Peer peer;
  Seen seen;
  VzQmpClient *client = connect_to (&peer, dies_with_three_pending, &seen);
  GThread *threads[3];

  for (guint i = 0; i < 3; i++)
    threads[i] = g_thread_new ("caller", call_in_thread, client);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (threads[i])), ==, VZ_QMP_TRANSPORT);
  finish (client, &peer, &seen);
}

static void
answers_backwards (int fd)
{
  char *lines[3];

  peer_greet (fd);
  for (guint i = 0; i < 3; i++)
    lines[i] = peer_read_line (fd);
  peer_write (fd,
              "{\"id\": 999, \"return\": {}}\n{\"id\": \"x\", \"return\": {}}\n{\"return\": {}}\n");
  for (guint i = 3; i-- > 0;)
    {
      peer_answer (fd, lines[i], "\"return\": {}");
      g_free (lines[i]);
    }
  g_free (peer_read_line (fd));
}

static void
test_reordered (void)
{
  Peer peer;
  Seen seen;
  VzQmpClient *client = connect_to (&peer, answers_backwards, &seen);
  GThread *threads[3];

  for (guint i = 0; i < 3; i++)
    threads[i] = g_thread_new ("caller", call_in_thread, client);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (threads[i])), ==, VZ_QMP_RESULT);
  finish (client, &peer, &seen);
}

/* Does not answer the first command, then answers it together with the second. */
static void
stalls_once (int fd)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  peer_greet (fd);
  first = peer_read_line (fd);
  second = peer_read_line (fd);
  peer_answer (fd, first, "\"return\": {\"late\": true}");
  peer_answer (fd, second, "\"return\": {\"late\": false}");
  g_free (peer_read_line (fd));
}

static void
test_late_answer_is_dropped (void)
{
  Peer peer;
  Seen seen;
  VzQmpClient *client = connect_to (&peer, stalls_once, &seen);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) result = NULL;

  g_assert_cmpint (vz_qmp_client_call (client, "ask", NULL, 50, NULL, NULL, &error), ==,
                   VZ_QMP_TRANSPORT);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_TIMED_OUT);
  g_assert_cmpint (vz_qmp_client_call (client, "ask", NULL, TIMEOUT_MS, NULL, &result, NULL), ==,
                   VZ_QMP_RESULT);
  g_assert_false (json_object_get_boolean_member (json_node_get_object (result), "late"));
  finish (client, &peer, &seen);
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (30 * 1000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
stalls (int fd)
{
  char *line;

  peer_greet (fd);
  while ((line = peer_read_line (fd)) != NULL)
    g_free (line);
}

static void
test_cancel (void)
{
  Peer peer;
  Seen seen;
  VzQmpClient *client = connect_to (&peer, stalls, &seen);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) before = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

  g_assert_cmpint (vz_qmp_client_call (client, "ask", NULL, -1, cancellable, NULL, &error), ==,
                   VZ_QMP_TRANSPORT);
  g_assert_true (vz_error_is_cancelled (error));
  g_thread_join (thread);
  g_assert_cmpint (vz_qmp_client_call (client, "ask", NULL, -1, cancellable, NULL, &before), ==,
                   VZ_QMP_TRANSPORT);
  g_assert_true (vz_error_is_cancelled (before));
  finish (client, &peer, &seen);
}

static void
sends_a_giant_line (int fd)
{
  g_autofree char *chunk = g_strnfill (1 << 20, 'x');

  peer_greet (fd);
  g_free (peer_read_line (fd));
  for (guint i = 0; i < 8; i++)
    peer_write (fd, chunk);
}

static void
sends_garbage (int fd)
{
  peer_greet (fd);
  g_free (peer_read_line (fd));
  peer_write (fd, "[1, 2]\n");
  g_free (peer_read_line (fd));
}

static void
test_broken_peer (gconstpointer script)
{
  Peer peer;
  Seen seen;
  VzQmpClient *client = connect_to (&peer, (void (*) (int)) script, &seen);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (vz_qmp_client_call (client, "ask", NULL, TIMEOUT_MS, NULL, NULL, &error), ==,
                   VZ_QMP_TRANSPORT);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_IO);
  finish (client, &peer, &seen);
}

static void
says_nothing (int fd)
{
  g_free (peer_read_line (fd));
}

static void
test_no_greeting (void)
{
  Peer peer;
  Seen seen = { 0 };
  VzQmpClient *client = vz_qmp_client_new (peer_start (&peer, says_nothing), &callbacks, &seen);
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_qmp_client_negotiate (client, 50, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_TIMED_OUT);
  finish (client, &peer, &seen);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/qmp/outcomes", test_outcomes);
  g_test_add_func ("/qmp/dies", test_dies);
  g_test_add_func ("/qmp/all-pending-fail", test_all_pending_fail);
  g_test_add_func ("/qmp/reordered", test_reordered);
  g_test_add_func ("/qmp/late-answer-is-dropped", test_late_answer_is_dropped);
  g_test_add_func ("/qmp/cancel", test_cancel);
  g_test_add_data_func ("/qmp/giant-line", sends_a_giant_line, test_broken_peer);
  g_test_add_data_func ("/qmp/garbage", sends_garbage, test_broken_peer);
  g_test_add_func ("/qmp/no-greeting", test_no_greeting);
  return g_test_run ();
}
