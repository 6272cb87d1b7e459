/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/agent/vz-agent-channel.h"

#include "foundation/vz-fail.h"
#include "qemu/vz-stream.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

/* How this works
 *
 * The agent speaks one JSON line for each command and has no ids. A client before us may have left
 * half a command on the wire, or an answer that nobody read. So every connection starts with the
 * byte 0xFF, which makes the agent drop what it has, and guest-sync-delimited, whose answer starts
 * with 0xFF too and carries our random number: everything before it is thrown away. */

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
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  json_object_set_string_member (object, "execute", command);
  if (arguments != NULL)
    json_object_set_object_member (object, "arguments", arguments);
  json_node_take_object (root, object);
  text = json_to_string (root, FALSE);
  line = g_strconcat (text, "\n", NULL);
  return vz_stream_write (self->fd, line, strlen (line), deadline, cancellable, error);
}

/* The answer in @line, or NULL when it is no JSON object. */
static JsonNode *
parse (const char *line, gsize size)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root = NULL;

  if (json_parser_load_from_data (parser, line, (gssize) size, NULL))
    root = json_parser_get_root (parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_copy (root) : NULL;
}

static gboolean
synchronise (VzAgentChannel *self, gint64 deadline, GCancellable *cancellable, GError **error)
{
  const char delimiter = DELIMITER;
  gint64 number = (gint64) g_random_int ();
  JsonObject *arguments = json_object_new ();

  json_object_set_int_member (arguments, "id", number);
  if (!vz_stream_write (self->fd, &delimiter, 1, deadline, cancellable, error))
    {
      json_object_unref (arguments);
      return FALSE;
    }
  if (!vz_agent_channel_send (self, "guest-sync-delimited", arguments, deadline, cancellable,
                              error))
    return FALSE;
  for (;;)
    {
      gsize size;
      g_autofree char *line = read_line (self, deadline, cancellable, &size, error);
      g_autoptr (JsonNode) root = NULL;
      JsonNode *answer;
      const char *start;

      if (line == NULL)
        return FALSE;
      start = memrchr (line, DELIMITER, size);
      if (start == NULL)
        continue;
      root = parse (start + 1, size - (gsize) (start + 1 - line));
      answer = root != NULL ? json_object_get_member (json_node_get_object (root), "return") : NULL;
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
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;
  JsonNode *failure;
  gsize size;

  line = read_line (self, deadline, cancellable, &size, error);
  if (line == NULL)
    return FALSE;
  root = parse (line, size);
  if (root == NULL)
    return vz_fail (error, VZ_ERROR_IO, "the guest agent sent a line that is not a JSON object");
  object = json_node_get_object (root);
  failure = json_object_get_member (object, "error");
  if (failure != NULL)
    {
      JsonNode *text = JSON_NODE_HOLDS_OBJECT (failure)
                         ? json_object_get_member (json_node_get_object (failure), "desc")
                         : NULL;

      return vz_fail (error, VZ_ERROR_GUEST_AGENT, "%s: %s", command,
                      text != NULL && json_node_get_value_type (text) == G_TYPE_STRING
                        ? json_node_get_string (text)
                        : "the guest agent gave no reason");
    }
  if (!json_object_has_member (object, "return"))
    return vz_fail (error, VZ_ERROR_IO, "the guest agent sent neither a result nor an error");
  if (ret_result != NULL)
    *ret_result = json_node_copy (json_object_get_member (object, "return"));
  return TRUE;
}
