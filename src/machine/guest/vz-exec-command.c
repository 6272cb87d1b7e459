/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/guest/vz-exec-command.h"

#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "qemu/agent/vz-guest-agent-private.h"
#include "src/guest/vz-guest-programs.h"

#include <string.h>

/* How this works
 *
 * The agent's protocol is JSON, so its arguments are UTF-8. It therefore starts a plain shell,
 * which gets everything else on its standard input, as arbitrary bytes. */

#define ONE_MAX (131072 - 1) /* the kernel's limit for one argument */
#define ALL_MAX ((2 * 1024 - 128) * 1024) /* the environment takes part of the kernel's 2 MiB */
#define END_TIMEOUT_MS 2000

gboolean
vz_exec_command_check (const char *const *argv, GError **error)
{
  gsize all = 0;

  for (guint i = 0; argv[i] != NULL; i++)
    {
      gsize size = strlen (argv[i]);

      if (size > ONE_MAX)
        return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                        "argument %u of the command has %" G_GSIZE_FORMAT
                        " bytes; a program takes at most %d in one",
                        i + 1, size, ONE_MAX);
      all += size + 1 + sizeof (guint64);
    }
  return all <= ALL_MAX || vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                                    "the command has %" G_GSIZE_FORMAT
                                    " bytes, including 9 per argument; a program takes at most %d",
                                    all, ALL_MAX);
}

/* In single quotes, every other character is literal. */
static void
append_quoted (GString *script, const char *text)
{
  g_string_append (script, " '");
  for (const char *end; (end = strchr (text, '\'')) != NULL; text = end + 1)
    {
      g_string_append_len (script, text, end - text);
      g_string_append (script, "'\\''");
    }
  g_string_append (script, text);
  g_string_append_c (script, '\'');
}

static char *
dup_script (const char *token, gboolean takes_input, const char *const *argv)
{
  g_autoptr (GString) script = g_string_new ("set --");

  for (guint i = 0; argv[i] != NULL; i++)
    append_quoted (script, argv[i]);
  g_string_append_printf (script, "\ntoken=%s takes_input=%s\n%s", token, takes_input ? "yes" : "",
                          VZ_GUEST_EXEC_SH);
  return g_base64_encode ((const guchar *) script->str, script->len);
}

gboolean
vz_exec_command_start (VzGuestAgent *agent, const char *token, gboolean takes_input,
                       const char *const *argv, gint64 *ret_pid, GCancellable *cancellable,
                       GError **error)
{
  g_autofree char *script = dup_script (token, takes_input, argv);
  JsonArray *rest = json_array_new ();
  JsonObject *arguments = vz_json_new ("path", vz_json_string ("setsid"), "arg",
                                       vz_json_array (rest), "input-data", vz_json_string (script),
                                       "capture-output", vz_json_bool (TRUE), NULL);
  g_autoptr (JsonNode) answer = NULL;

  json_array_add_string_element (rest, "/bin/sh");
  if (!vz_guest_agent_call (agent, "guest-exec", arguments, cancellable, &answer, error))
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (answer))
    return vz_fail (error, VZ_ERROR_GUEST_AGENT, "the agent's answer is not an object");
  *ret_pid = json_object_get_int_member_with_default (json_node_get_object (answer), "pid", 0);
  return TRUE;
}

char *
vz_exec_command_dup_end (VzGuestAgent *agent, gint64 pid)
{
  JsonObject *status;
  g_autoptr (JsonNode) answer = NULL;
  g_autofree guchar *text = NULL;
  gsize size = 0;

  if (!vz_guest_agent_call_within (agent, END_TIMEOUT_MS, "guest-exec-status",
                                   vz_json_new ("pid", vz_json_int (pid), NULL), NULL, &answer,
                                   NULL))
    return NULL;
  status = vz_json_as_object (answer);
  if (status == NULL || !json_object_get_boolean_member_with_default (status, "exited", FALSE))
    return NULL;
  text =
    g_base64_decode (json_object_get_string_member_with_default (status, "err-data", ""), &size);
  return g_strstrip (g_utf8_make_valid ((const char *) text, (gssize) size));
}
