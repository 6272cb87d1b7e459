/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-json.h"

JsonNode *
vz_json_string (const char *value)
{
  return json_node_init_string (json_node_alloc (), value);
}

JsonNode *
vz_json_int (gint64 value)
{
  return json_node_init_int (json_node_alloc (), value);
}

JsonNode *
vz_json_bool (gboolean value)
{
  return json_node_init_boolean (json_node_alloc (), value);
}

JsonNode *
vz_json_object (JsonObject *value)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, value);
  return node;
}

JsonNode *
vz_json_array (JsonArray *value)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, value);
  return node;
}

JsonObject *
vz_json_new (const char *name, ...)
{
  JsonObject *object = json_object_new ();
  va_list args;

  va_start (args, name);
  for (; name != NULL; name = va_arg (args, const char *))
    json_object_set_member (object, name, va_arg (args, JsonNode *));
  va_end (args);
  return object;
}

JsonObject *
vz_json_new_strings (const char *name, ...)
{
  JsonObject *object = json_object_new ();
  va_list args;

  va_start (args, name);
  for (; name != NULL; name = va_arg (args, const char *))
    json_object_set_string_member (object, name, va_arg (args, const char *));
  va_end (args);
  return object;
}

char *
vz_json_to_line (JsonObject *object)
{
  g_autoptr (JsonNode) root = vz_json_object (object);
  g_autofree char *text = json_to_string (root, FALSE);

  return g_strconcat (text, "\n", NULL);
}

JsonObject *
vz_json_parse (const char *text, gsize size)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object;

  if (!json_parser_load_from_data (parser, text, (gssize) size, NULL))
    return NULL;
  object = vz_json_as_object (json_parser_get_root (parser));
  return object != NULL ? json_object_ref (object) : NULL;
}

JsonObject *
vz_json_as_object (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

const char *
vz_json_get_string (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

JsonObject *
vz_json_find (JsonNode *node, const char *name, const char *value)
{
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node)
                                                                  : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonObject *object = vz_json_as_object (json_array_get_element (array, i));

      if (g_strcmp0 (vz_json_get_string (object, name), value) == 0)
        return object;
    }
  return NULL;
}
