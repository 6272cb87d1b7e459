/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-exec-ports.h"

#include "foundation/vz-fail.h"
#include "foundation/vz-file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

static const char *const port_names[VZ_N_EXEC_PORTS] = { "in", "out", "err" };

/* The shell is the leader of a session, so that the command's children go as well. (dash knows no
 * `kill -TERM -- -PID`.) */
static const char kill_script[] =
  "file=/run/vz-exec.$1; leader=$(cat $file) || exit 0\n"
  "kill -s TERM -- -$leader; n=0\n"
  "while kill -s 0 -- -$leader && [ $n -lt 20 ]; do sleep 0.1; n=$((n + 1)); done\n"
  "kill -s KILL -- -$leader; rm -f $file\n";

char *
vz_exec_port_dup_id (const char *token, guint port)
{
  return g_strdup_printf ("exec-%s-%s", token, port_names[port]);
}

char *
vz_exec_port_dup_name (const char *token, guint port)
{
  return g_strdup_printf ("vz.%s.%s", token, port_names[port]);
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

void
vz_exec_ports_kill (VzGuestAgent *agent, const char *token)
{
  const char *argv[] = { "sh", "-c", kill_script, "vz-kill", token, NULL };

  vz_guest_agent_exec (agent, argv, NULL, NULL, NULL, NULL, NULL, NULL);
}

static void
call_with_id (VzEngine *engine, const char *command, const char *id)
{
  JsonObject *arguments = json_object_new ();

  json_object_set_string_member (arguments, "id", id);
  vz_engine_call (engine, command, arguments, NULL, NULL, NULL);
}

void
vz_exec_ports_unplug (VzEngine *engine, const char *token)
{
  for (guint i = 0; i < VZ_N_EXEC_PORTS; i++)
    {
      g_autofree char *id = vz_exec_port_dup_id (token, i);

      call_with_id (engine, "device_del", id);
      call_with_id (engine, "chardev-remove", id);
    }
}

/* Tokens of all commands whose ports are plugged in. */
static GHashTable *
find_tokens (VzEngine *engine)
{
  GHashTable *tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GRegex) pattern = g_regex_new ("^exec-([0-9a-f]+)-(in|out|err)$", 0, 0, NULL);
  g_autoptr (JsonNode) answer = NULL;
  JsonArray *chardevs = NULL;

  if (vz_engine_call (engine, "query-chardev", NULL, NULL, &answer, NULL) && JSON_NODE_HOLDS_ARRAY (answer))
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

void
vz_exec_ports_sweep (VzEngine *engine, VzGuestAgent *agent, const char *directory)
{
  g_autoptr (GHashTable) tokens = find_tokens (engine);
  GHashTableIter iter;
  const char *token;

  g_hash_table_iter_init (&iter, tokens);
  while (g_hash_table_iter_next (&iter, (gpointer *) &token, NULL))
    {
      int lock = vz_exec_ports_lock (directory, token, NULL);

      if (lock < 0)
        continue; /* its owner lives */
      vz_exec_ports_kill (agent, token);
      vz_exec_ports_unplug (engine, token);
      remove_sockets (directory, token);
      vz_exec_ports_unlock (directory, token, lock);
    }
}
