/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/guest/vz-exec-ports.h"

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "qemu/vz-stream.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define ROOM_INTERVAL_MS 300
#define ROOM_TIMEOUT_MS 60000
#define TURN_INTERVAL_MS 50
#define TURN_TIMEOUT_MS (3 * 60 * 1000)
#define UNPLUG_TIMEOUT_MS 20000
#define SETTLE_MS 2000
#define FULL "Maximum port count" /* QEMU's message */

static const char *const port_names[VZ_N_EXEC_PORTS] = { "in", "out", "err", "ctl" };

char *
vz_exec_port_dup_id (const char *token, VzExecPort port)
{
  return g_strdup_printf ("exec-%s-%s", token, port_names[port]);
}

static char *
dup_lock_path (const char *directory, const char *token)
{
  return g_strdup_printf ("%s/exec-%s.lock", directory, token);
}

int
vz_exec_ports_lock (const char *directory, const char *token, GError **error)
{
  g_autofree char *path = dup_lock_path (directory, token);
  int fd VZ_AUTO_CLOSE = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0 || flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      vz_fail_errno (error, "'%s' cannot be locked", path);
      return -1;
    }
  return vz_file_steal_fd (&fd);
}

void
vz_exec_ports_unlock (const char *directory, const char *token, int lock)
{
  g_autofree char *path = dup_lock_path (directory, token);

  unlink (path);
  close (lock);
}

static void
call_with_id (VzEngine *engine, const char *command, const char *id)
{
  vz_engine_call (engine, command, vz_json_new_strings ("id", id, NULL), NULL, NULL, NULL);
}

/* Waits for a lock on a file in @directory; -1 with @error. */
static int
wait_for_lock (const char *directory, const char *name, int timeout_ms, GCancellable *cancellable,
               GError **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  int fd VZ_AUTO_CLOSE = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  gint64 deadline = vz_deadline_after (timeout_ms);

  if (fd < 0)
    {
      vz_fail_errno (error, "cannot open '%s'", path);
      return -1;
    }
  while (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (vz_deadline_remaining_ms (deadline) == 0)
        {
          vz_fail (error, VZ_ERROR_BUSY, "too many other commands are about to start in the guest");
          return -1;
        }
      if (!vz_pause (TURN_INTERVAL_MS, cancellable, error))
        return -1;
    }
  return vz_file_steal_fd (&fd);
}

int
vz_exec_ports_take_turn (const char *directory, GCancellable *cancellable, GError **error)
{
  return wait_for_lock (directory, "plug.lock", TURN_TIMEOUT_MS, cancellable, error);
}

/* One at a time here as well. A guest whose agent answers has seen the events before that. */
void
vz_exec_ports_unplug (VzEngine *engine, VzGuestAgent *agent, const char *directory,
                      const char *token)
{
  int turn VZ_AUTO_CLOSE = wait_for_lock (directory, "unplug.lock", UNPLUG_TIMEOUT_MS, NULL, NULL);

  for (guint i = 0; i < VZ_N_EXEC_PORTS; i++)
    {
      g_autofree char *id = vz_exec_port_dup_id (token, i);

      call_with_id (engine, "device_del", id);
      call_with_id (engine, "chardev-remove", id);
    }
  if (!vz_engine_is_guest_stopped (engine))
    vz_guest_agent_ping (agent, SETTLE_MS, NULL, NULL);
}

/* Tokens of all commands with ports plugged in. */
static GHashTable *
find_tokens (VzEngine *engine)
{
  GHashTable *tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GRegex) pattern = g_regex_new ("^exec-([0-9a-f]+)-(in|out|err|ctl)$", 0, 0, NULL);
  g_autoptr (JsonNode) answer = NULL;
  JsonArray *chardevs = NULL;

  if (vz_engine_call (engine, "query-chardev", NULL, NULL, &answer, NULL) &&
      JSON_NODE_HOLDS_ARRAY (answer))
    chardevs = json_node_get_array (answer);
  for (guint i = 0; chardevs != NULL && i < json_array_get_length (chardevs); i++)
    {
      JsonObject *chardev = json_array_get_object_element (chardevs, i);
      const char *label = json_object_get_string_member_with_default (chardev, "label", "");
      g_autoptr (GMatchInfo) match = NULL;

      if (g_regex_match (pattern, label, 0, &match))
        g_hash_table_add (tokens, g_match_info_fetch (match, 1));
    }
  return tokens;
}

static void
remove_sockets (const char *directory, const char *token)
{
  for (guint i = 0; i < VZ_N_EXEC_PORTS; i++)
    {
      g_autofree char *id = vz_exec_port_dup_id (token, i);
      g_autofree char *path = g_build_filename (directory, id, NULL);

      unlink (path);
    }
}

guint
vz_exec_ports_sweep (VzEngine *engine, VzGuestAgent *agent, const char *directory)
{
  g_autoptr (GHashTable) tokens = find_tokens (engine);
  GHashTableIter iter;
  const char *token;
  guint n_alive = 0;

  g_hash_table_iter_init (&iter, tokens);
  while (g_hash_table_iter_next (&iter, (gpointer *) &token, NULL))
    {
      int lock = vz_exec_ports_lock (directory, token, NULL);

      if (lock < 0)
        {
          n_alive++;
          continue;
        }
      vz_exec_ports_unplug (engine, agent, directory, token);
      remove_sockets (directory, token);
      vz_exec_ports_unlock (directory, token, lock);
    }
  return n_alive;
}

static gboolean
add_backend (VzEngine *engine, const char *id, const char *path, GCancellable *cancellable,
             GError **error)
{
  JsonObject *address = vz_json_new ("type", vz_json_string ("unix"), "data",
                                     vz_json_object (vz_json_new_strings ("path", path, NULL)),
                                     NULL);
  JsonObject *data = vz_json_new ("addr", vz_json_object (address), "server", vz_json_bool (TRUE),
                                  "wait", vz_json_bool (FALSE), NULL);
  JsonObject *backend =
    vz_json_new ("type", vz_json_string ("socket"), "data", vz_json_object (data), NULL);

  return vz_engine_call (engine, "chardev-add",
                         vz_json_new ("id", vz_json_string (id), "backend",
                                      vz_json_object (backend), NULL),
                         cancellable, NULL, error);
}

/* A socket connected to the port, or -1. */
static int
plug_in_one (VzEngine *engine, const char *directory, const char *token, VzExecPort port,
             GCancellable *cancellable, GError **error)
{
  g_autofree char *id = vz_exec_port_dup_id (token, port);
  g_autofree char *path = g_build_filename (directory, id, NULL);
  g_autofree char *name = g_strdup_printf ("vz.%s.%s", token, port_names[port]);
  int fd VZ_AUTO_CLOSE = -1;

  if (!add_backend (engine, id, path, cancellable, error))
    return -1;
  fd = vz_stream_connect (path, error);
  unlink (path);
  if (fd < 0)
    return -1;
  return vz_engine_call (engine, "device_add",
                         vz_json_new_strings ("driver", "virtserialport", "bus", "agent-bus.0",
                                              "id", id, "chardev", id, "name", name, NULL),
                         cancellable, NULL, error)
           ? vz_file_steal_fd (&fd)
           : -1;
}

static gboolean
plug_in_all (VzEngine *engine, const char *directory, const char *token, gboolean takes_input,
             int *sockets, GCancellable *cancellable, GError **error)
{
  for (VzExecPort port = takes_input ? VZ_EXEC_INPUT : VZ_EXEC_OUTPUT; port < VZ_N_EXEC_PORTS;
       port++)
    {
      sockets[port] = plug_in_one (engine, directory, token, port, cancellable, error);
      if (sockets[port] < 0)
        return FALSE;
    }
  return TRUE;
}

gboolean
vz_exec_ports_plug_in (VzEngine *engine, VzGuestAgent *agent, const char *directory,
                       const char *token, gboolean takes_input, int sockets[VZ_N_EXEC_PORTS],
                       GCancellable *cancellable, GError **error)
{
  gint64 deadline = vz_deadline_after (ROOM_TIMEOUT_MS);

  for (;;)
    {
      g_autoptr (GError) cause = NULL;

      if (plug_in_all (engine, directory, token, takes_input, sockets, cancellable, &cause))
        return TRUE;
      if (strstr (cause->message, FULL) == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
      for (guint i = 0; i < VZ_N_EXEC_PORTS; i++)
        vz_file_close (&sockets[i]);
      vz_exec_ports_unplug (engine, agent, directory, token);
      if (vz_deadline_remaining_ms (deadline) == 0)
        return vz_fail (error, VZ_ERROR_BUSY,
                        "the guest already runs as many commands as the machine allows at once");
      if (!vz_pause (ROOM_INTERVAL_MS, cancellable, error))
        return FALSE;
      vz_exec_ports_sweep (engine, agent, directory);
    }
}
