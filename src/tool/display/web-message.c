/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/display/web-message.h"

JsonBuilder *
web_message_begin (const char *event)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  web_message_add_string (builder, "event", event);
  return builder;
}

void
web_message_add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
web_message_add_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

char *
web_message_end (JsonBuilder *builder)
{
  g_autoptr (JsonNode) node = NULL;

  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  return json_to_string (node, FALSE);
}

char *
web_message_new_error (const GError *error)
{
  g_autoptr (JsonBuilder) builder = web_message_begin ("error");

  web_message_add_string (builder, "message", error->message);
  return web_message_end (builder);
}

void
web_message_send (SoupWebsocketConnection *websocket, const char *text)
{
  if (soup_websocket_connection_get_state (websocket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (websocket, text);
}
