/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-engine-private.h"

#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "qemu/arguments/vz-arguments.h"

/* Commands for a running QEMU that do not concern its lifetime. */

char *
vz_engine_ask_human_monitor (VzEngine *self, const char *line, GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (JsonNode) answer = NULL;

  if (!vz_engine_call (self, "human-monitor-command",
                       vz_json_new_strings ("command-line", line, NULL), cancellable, &answer,
                       error))
    return NULL;
  if (json_node_get_value_type (answer) != G_TYPE_STRING)
    return vz_fail_null (error, VZ_ERROR_INTERNAL, "QEMU's monitor did not answer '%s'", line);
  return json_node_dup_string (answer);
}

static JsonObject *
fd_number (guint number)
{
  return vz_json_new ("fdset-id", vz_json_int (number), NULL);
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
  vz_engine_remove_fd (self, number); /* left by a killed program */
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
  const char *name = NULL;

  if (vz_engine_call (self, "query-name", NULL, NULL, &answer, NULL))
    name = vz_json_get_string (vz_json_as_object (answer), "name");
  return name != NULL && g_str_has_suffix (name, VZ_NAME_EPHEMERAL);
}

gboolean
vz_engine_query_port (VzEngine *self, const char *label, VzPortState *ret_state,
                      GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonNode) answer = NULL;
  JsonObject *device;

  *ret_state = VZ_PORT_ABSENT;
  if (!vz_engine_call (self, "query-chardev", NULL, cancellable, &answer, error))
    return FALSE;
  device = vz_json_find (answer, "label", label);
  if (device != NULL)
    *ret_state = json_object_get_boolean_member_with_default (device, "frontend-open", FALSE)
                   ? VZ_PORT_OPEN
                   : VZ_PORT_CLOSED;
  return TRUE;
}
