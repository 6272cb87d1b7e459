/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/agent/vz-guest-agent-private.h"

#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "qemu/vz-stream.h"

#include <string.h>

/* A program in the guest, started and polled in short exchanges, so as not to block others. */

#define POLL_FIRST_MS 10
#define POLL_LAST_MS 250

static JsonObject *
exec_arguments (const char *const *argv, GBytes *input)
{
  JsonArray *rest = json_array_new ();
  JsonObject *arguments = vz_json_new ("path", vz_json_string (argv[0]), "arg",
                                       vz_json_array (rest), "capture-output", vz_json_bool (TRUE),
                                       NULL);
  gsize size;
  const guint8 *data;

  for (gsize i = 1; argv[i] != NULL; i++)
    json_array_add_string_element (rest, argv[i]);
  if (input != NULL)
    {
      g_autofree char *text = NULL;

      data = g_bytes_get_data (input, &size);
      text = g_base64_encode (data, size);
      json_object_set_string_member (arguments, "input-data", text);
    }
  return arguments;
}

static JsonObject *
result_object (JsonNode *node, GError **error)
{
  JsonObject *object = vz_json_as_object (node);

  if (object == NULL)
    vz_fail (error, VZ_ERROR_GUEST_AGENT, "the answer is not a JSON object");
  return object;
}

static GBytes *
decode (JsonObject *status, const char *name)
{
  const char *text = vz_json_get_string (status, name);
  gsize size = 0;
  guchar *data;

  if (text == NULL)
    return g_bytes_new (NULL, 0);
  data = g_base64_decode (text, &size);
  return g_bytes_new_take (data, size);
}

/* An agent knows only what it has started itself, but its message for that is cryptic. */
static gboolean
fail_status (GError *cause, GError **error)
{
  if (g_error_matches (cause, VZ_ERROR, VZ_ERROR_GUEST_AGENT) &&
      strstr (cause->message, "PID") != NULL)
    {
      g_error_free (cause);
      return vz_fail (
        error, VZ_ERROR_GUEST_AGENT,
        "the guest's agent restarted in the meantime, so it is not known how the command ended");
    }
  g_propagate_error (error, cause);
  return FALSE;
}

/* TRUE with *@ret_exited FALSE: it is still running. */
static gboolean
exec_poll (VzGuestAgent *self, gint64 pid, gboolean *ret_exited, int *ret_status,
           GBytes **ret_output, GBytes **ret_errors, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) cause = NULL;
  JsonObject *status;

  if (!vz_guest_agent_call (self, "guest-exec-status", vz_json_new ("pid", vz_json_int (pid), NULL),
                            cancellable, &node, &cause))
    return fail_status (g_steal_pointer (&cause), error);
  status = result_object (node, error);
  if (status == NULL)
    return FALSE;
  *ret_exited = json_object_get_boolean_member_with_default (status, "exited", FALSE);
  if (!*ret_exited)
    return TRUE;
  if (ret_status != NULL && json_object_has_member (status, "signal"))
    *ret_status = 128 + (int) json_object_get_int_member_with_default (status, "signal", 0);
  else if (ret_status != NULL)
    *ret_status = (int) json_object_get_int_member_with_default (status, "exitcode", 0);
  if (ret_output != NULL)
    *ret_output = decode (status, "out-data");
  if (ret_errors != NULL)
    *ret_errors = decode (status, "err-data");
  return TRUE;
}

/**
 * vz_guest_agent_exec:
 * @self: an agent
 * @argv: (array zero-terminated=1): the program (found in the agent's PATH) and its arguments, in
 * UTF-8
 * @input: (nullable): the bytes that the program reads from its standard input
 * @ret_status: (out) (optional): the exit status; 128 plus the number of the signal that killed it
 * @ret_output: (out) (optional) (transfer full): the standard output, at most 16 MiB
 * @ret_errors: (out) (optional) (transfer full): the standard error, at most 16 MiB
 * @cancellable: (nullable): stops the wait; the program in the guest keeps running
 * @error: return location for an error, or %NULL
 *
 * Runs a program in the guest as root and waits for its end, however long it takes. Input and
 * output may be any bytes.
 *
 * Returns: whether it ran, whatever its status; otherwise @error is %VZ_ERROR_GUEST_AGENT (with the
 *   agent's text, such as that the program does not exist), %VZ_ERROR_TIMED_OUT,
 *   %VZ_ERROR_NOT_FOUND or %VZ_ERROR_IO
 */
gboolean
vz_guest_agent_exec (VzGuestAgent *self, const char *const *argv, GBytes *input, int *ret_status,
                     GBytes **ret_output, GBytes **ret_errors, GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *started;
  gint64 pid;
  int pause_ms = POLL_FIRST_MS;
  gboolean exited = FALSE;
  VZ_ERROR_PREFIX ("running '%s' in the guest", argv[0]);

  g_return_val_if_fail (VZ_IS_GUEST_AGENT (self) && argv != NULL && argv[0] != NULL, FALSE);
  for (guint i = 0; argv[i] != NULL; i++)
    if (!g_utf8_validate (argv[i], -1, NULL))
      {
        g_autofree char *shown = g_utf8_make_valid (argv[i], -1);

        return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                        "the agent takes only UTF-8, and '%s' is not", shown);
      }
  if (!vz_guest_agent_call (self, "guest-exec", exec_arguments (argv, input), cancellable, &node,
                            error))
    return FALSE;
  started = result_object (node, error);
  if (started == NULL)
    return FALSE;
  pid = json_object_get_int_member_with_default (started, "pid", 0);
  while (!exited)
    {
      if (!vz_pause (pause_ms, cancellable, error) ||
          !exec_poll (self, pid, &exited, ret_status, ret_output, ret_errors, cancellable, error))
        return FALSE;
      pause_ms = MIN (pause_ms * 2, POLL_LAST_MS);
    }
  return TRUE;
}
