/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-engine-private.h"

#include "foundation/vz-fail.h"
#include "qemu/arguments/vz-arguments.h"

/* What is asked of a QEMU that runs, beyond its life. */

char *
vz_engine_ask_human_monitor (VzEngine *self, const char *line, GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (JsonNode) answer = NULL;
  JsonObject *arguments = json_object_new ();

  json_object_set_string_member (arguments, "command-line", line);
  if (!vz_engine_call (self, "human-monitor-command", arguments, cancellable, &answer, error))
    return NULL;
  if (json_node_get_value_type (answer) != G_TYPE_STRING)
    return vz_fail_null (error, VZ_ERROR_INTERNAL, "QEMU's monitor does not answer '%s'", line);
  return json_node_dup_string (answer);
}

static JsonObject *
fd_number (guint number)
{
  JsonObject *arguments = json_object_new ();

  json_object_set_int_member (arguments, "fdset-id", number);
  return arguments;
}

gboolean
vz_engine_call_with_fd (VzEngine *self, const char *command, JsonObject *arguments, int fd,
                        GCancellable *cancellable, GError **error)
{
  gboolean ok;

  if (!vz_engine_begin_session (self, cancellable, error))
    {
      json_object_unref (arguments);
      return FALSE;
    }
  ok = vz_qmp_client_call_with_fd (self->client, command, arguments, fd, cancellable, error);
  vz_engine_end_session (self);
  return ok;
}

gboolean
vz_engine_add_fd (VzEngine *self, int fd, guint number, GCancellable *cancellable, GError **error)
{
  vz_engine_remove_fd (self, number); /* of a program that was killed */
  return vz_engine_call_with_fd (self, "add-fd", fd_number (number), fd, cancellable, error);
}

void
vz_engine_remove_fd (VzEngine *self, guint number)
{
  vz_engine_call (self, "remove-fd", fd_number (number), NULL, NULL, NULL);
}

gboolean
vz_engine_is_ephemeral (VzEngine *self)
{
  g_autoptr (JsonNode) answer = NULL;

  return vz_engine_call (self, "query-name", NULL, NULL, &answer, NULL) &&
         JSON_NODE_HOLDS_OBJECT (answer) &&
         g_str_has_suffix (
           json_object_get_string_member_with_default (json_node_get_object (answer), "name", ""),
           VZ_NAME_EPHEMERAL);
}

gboolean
vz_engine_query_port (VzEngine *self, const char *label, VzPortState *ret_state,
                      GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonNode) answer = NULL;
  JsonArray *devices;

  *ret_state = VZ_PORT_ABSENT;
  if (!vz_engine_call (self, "query-chardev", NULL, cancellable, &answer, error))
    return FALSE;
  devices = JSON_NODE_HOLDS_ARRAY (answer) ? json_node_get_array (answer) : NULL;
  for (guint i = 0; devices != NULL && i < json_array_get_length (devices); i++)
    {
      JsonObject *device = json_array_get_object_element (devices, i);

      if (g_strcmp0 (json_object_get_string_member_with_default (device, "label", NULL), label) ==
          0)
        *ret_state = json_object_get_boolean_member_with_default (device, "frontend-open", FALSE)
                       ? VZ_PORT_OPEN
                       : VZ_PORT_CLOSED;
    }
  return TRUE;
}
