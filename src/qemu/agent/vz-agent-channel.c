/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/agent/vz-agent-channel.h"

#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "qemu/vz-stream.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

/* How this works
 *
 * The agent answers each command with one JSON line and has no ids. A previous client may have left
 * half a command on the wire, or an answer that was never read. So every connection starts with the
 * byte 0xFF, which makes the agent drop its input, and guest-sync-delimited, whose answer also
 * starts with 0xFF and carries our random number: everything before it is discarded. */

/* The agent refuses to collect more than 16 MiB of a command's output; base64 and the rest of the
 * line fit into this. */
#define LINE_MAX_SIZE (48 * 1024 * 1024)
#define DELIMITER '\xff'

struct _VzAgentChannel {
  int fd;
  VzLineBuffer buffer;
};

void
vz_agent_channel_free (VzAgentChannel *self)
{
  if (self == NULL)
    return;
  close (self->fd);
  vz_line_buffer_clear (&self->buffer);
  g_free (self);
}

static char *
read_line (VzAgentChannel *self, gint64 deadline, GCancellable *cancellable, gsize *ret_size,
           GError **error)
{
  char *line;

  while ((line = vz_line_buffer_take (&self->buffer, ret_size)) == NULL)
    {
      gssize n;

      if (!vz_stream_wait (self->fd, POLLIN, deadline, cancellable, error))
        return NULL;
      n = vz_line_buffer_fill (&self->buffer, self->fd, error);
      if (n < 0)
        return NULL;
      if (n == 0)
        return vz_fail_null (error, VZ_ERROR_IO, "the connection was closed");
    }
  return line;
}

gboolean
vz_agent_channel_send (VzAgentChannel *self, const char *command, JsonObject *arguments,
                       gint64 deadline, GCancellable *cancellable, GError **error)
{
  JsonObject *object = vz_json_new_strings ("execute", command, NULL);
  g_autofree char *line = NULL;

  if (arguments != NULL)
    json_object_set_object_member (object, "arguments", arguments);
  line = vz_json_to_line (object);
  return vz_stream_write (self->fd, line, strlen (line), deadline, cancellable, error);
}

static gboolean
synchronise (VzAgentChannel *self, gint64 deadline, GCancellable *cancellable, GError **error)
{
  const char delimiter = DELIMITER;
  gint64 number = (gint64) g_random_int ();

  if (!vz_stream_write (self->fd, &delimiter, 1, deadline, cancellable, error) ||
      !vz_agent_channel_send (self, "guest-sync-delimited",
                              vz_json_new ("id", vz_json_int (number), NULL), deadline, cancellable,
                              error))
    return FALSE;
  for (;;)
    {
      gsize size;
      g_autofree char *line = read_line (self, deadline, cancellable, &size, error);
      g_autoptr (JsonObject) object = NULL;
      JsonNode *answer;
      const char *start;

      if (line == NULL)
        return FALSE;
      start = memrchr (line, DELIMITER, size);
      if (start == NULL)
        continue;
      object = vz_json_parse (start + 1, size - (gsize) (start + 1 - line));
      answer = object != NULL ? json_object_get_member (object, "return") : NULL;
      if (answer != NULL && json_node_get_value_type (answer) == G_TYPE_INT64 &&
          json_node_get_int (answer) == number)
        return TRUE;
    }
}

VzAgentChannel *
vz_agent_channel_new (int fd, gint64 deadline, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzAgentChannel) self = g_new0 (VzAgentChannel, 1);

  self->fd = fd;
  vz_line_buffer_init (&self->buffer, LINE_MAX_SIZE);
  return synchronise (self, deadline, cancellable, error) ? g_steal_pointer (&self) : NULL;
}

gboolean
vz_agent_channel_call (VzAgentChannel *self, const char *command, JsonObject *arguments,
                       gint64 deadline, GCancellable *cancellable, JsonNode **ret_result,
                       GError **error)
{
  return vz_agent_channel_send (self, command, arguments, deadline, cancellable, error) &&
         vz_agent_channel_receive (self, command, deadline, cancellable, ret_result, error);
}

gboolean
vz_agent_channel_receive (VzAgentChannel *self, const char *command, gint64 deadline,
                          GCancellable *cancellable, JsonNode **ret_result, GError **error)
{
  g_autofree char *line = NULL;
  g_autoptr (JsonObject) object = NULL;
  JsonNode *failure;
  gsize size;

  line = read_line (self, deadline, cancellable, &size, error);
  if (line == NULL)
    return FALSE;
  object = vz_json_parse (line, size);
  if (object == NULL)
    return vz_fail (error, VZ_ERROR_IO, "the guest agent sent a line that is not a JSON object");
  failure = json_object_get_member (object, "error");
  if (failure != NULL)
    {
      const char *text = vz_json_get_string (vz_json_as_object (failure), "desc");

      return vz_fail (error, VZ_ERROR_GUEST_AGENT, "%s: %s", command,
                      text != NULL ? text : "the guest agent gave no reason");
    }
  if (!json_object_has_member (object, "return"))
    return vz_fail (error, VZ_ERROR_IO, "the guest agent sent neither a result nor an error");
  if (ret_result != NULL)
    *ret_result = json_node_copy (json_object_get_member (object, "return"));
  return TRUE;
}
