/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "import/vz-foreign-machine.h"

#include <string.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

#define MAX_SETTINGS (1024 * 1024) /* bytes; a typical file has 1000 */
#define MAX_SHOWN 40 /* characters of a value in a message */
#define MAX_DATA 4096 /* bytes of an identity, some of which have 180 */

JsonObject *
vz_foreign_json_read (const char *path, GError **error)
{
  g_autoptr (GBytes) data = vz_file_read (path, MAX_SETTINGS, error);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) cause = NULL;
  JsonNode *root;
  gsize size;
  const char *text;

  if (data == NULL)
    return NULL;
  text = g_bytes_get_data (data, &size);
  if (size == 0 || !g_utf8_validate_len (text, size, NULL))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "it is not JSON");
  if (!json_parser_load_from_data (parser, text, (gssize) size, &cause))
    return vz_fail_because_null (error, VZ_ERROR_INVALID_ARGUMENT, cause, "it is not JSON");
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "it is not a JSON object");
  return json_object_ref (json_node_get_object (root));
}

/* *@ret_node: NULL if it is optional and absent. */
static gboolean
get_node (JsonObject *object, const char *key, gboolean need, JsonNode **ret_node, GError **error)
{
  *ret_node = json_object_get_member (object, key);
  if (*ret_node != NULL && JSON_NODE_HOLDS_NULL (*ret_node))
    *ret_node = NULL;
  return *ret_node != NULL || !need ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s: nothing found, must be set", key);
}

gboolean
vz_foreign_json_refuse (const char *key, JsonNode *node, const char *allowed, GError **error)
{
  g_autofree char *found = json_to_string (node, FALSE);
  g_autofree char *shown =
    g_utf8_strlen (found, -1) > MAX_SHOWN ? g_utf8_substring (found, 0, MAX_SHOWN) : NULL;

  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s: %s%s found, must be %s", key,
                  shown != NULL ? shown : found, shown != NULL ? "..." : "", allowed);
}

gboolean
vz_foreign_json_get_uint (JsonObject *object, const char *key, gboolean need, guint64 *ret_value,
                          GError **error)
{
  JsonNode *node;

  if (!get_node (object, key, need, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_INT64 || json_node_get_int (node) < 0)
    return vz_foreign_json_refuse (key, node, "a whole number from 0 to 9223372036854775807",
                                   error);
  *ret_value = (guint64) json_node_get_int (node);
  return TRUE;
}

gboolean
vz_foreign_json_check_version (JsonObject *settings, gboolean need, GError **error)
{
  guint64 version = 1;

  return vz_foreign_json_get_uint (settings, "version", need, &version, error) &&
         (version == 1 || vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                                   "version: %" G_GUINT64_FORMAT " found, must be 1", version));
}

gboolean
vz_foreign_json_get_bool (JsonObject *object, const char *key, gboolean *ret_value, GError **error)
{
  JsonNode *node;

  if (!get_node (object, key, FALSE, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    *ret_value = json_node_get_boolean (node);
  else if (json_node_get_value_type (node) == G_TYPE_INT64)
    *ret_value = json_node_get_int (node) != 0;
  else
    return vz_foreign_json_refuse (key, node, "true or false", error);
  return TRUE;
}

gboolean
vz_foreign_json_get_string (JsonObject *object, const char *key, gboolean need,
                            const char **ret_text, GError **error)
{
  JsonNode *node;

  if (!get_node (object, key, need, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return vz_foreign_json_refuse (key, node, "a string", error);
  *ret_text = json_node_get_string (node);
  return TRUE;
}

gboolean
vz_foreign_json_get_data (JsonObject *object, const char *key, gboolean need, GBytes **ret_data,
                          GError **error)
{
  const char *text = NULL;
  guchar *data;
  gsize size;

  if (!vz_foreign_json_get_string (object, key, need, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (*text == '\0' || strlen (text) > MAX_DATA * 2)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s: must be base64 of at most %d bytes", key,
                    MAX_DATA);
  data = g_base64_decode (text, &size);
  *ret_data = g_bytes_new_take (data, size);
  return TRUE;
}

gboolean
vz_foreign_json_get_array (JsonObject *object, const char *key, JsonArray **ret_array,
                           GError **error)
{
  JsonNode *node;

  *ret_array = NULL;
  if (!get_node (object, key, FALSE, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return vz_foreign_json_refuse (key, node, "an array", error);
  *ret_array = json_node_get_array (node);
  return TRUE;
}

JsonObject *
vz_foreign_json_get_item (JsonArray *array, const char *key, guint index, GError **error)
{
  JsonNode *node = json_array_get_element (array, index);
  g_autofree char *place = NULL;

  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);
  place = g_strdup_printf ("%s[%u]", key, index);
  vz_foreign_json_refuse (place, node, "an object", error);
  return NULL;
}
