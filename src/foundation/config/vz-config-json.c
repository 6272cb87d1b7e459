/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/config/vz-field.h"
#include "foundation/vz-fail.h"

#include <json-glib/json-glib.h>

/* How this works
 *
 * An object becomes a JSON object: first "type", the class, unless its position already implies it;
 * then the saved rows in the order of the table; then any keys that were read and that no row
 * knows, so a file written by a newer version survives an older one. All rows are written, NULL as
 * null: the file then says what the machine is, whatever the defaults of a later version. The keys
 * of an inline object are among those around it.
 *
 * Reading is strict about what is known (a wrong type or an unknown class is an error that names
 * the place): running a different machine from the one that the file describes would be worse than
 * not running. */

/* Sanity limits for a file from an untrusted source; ours are a few kilobytes with depth 6.
 * json-glib parses recursively, so a hostile depth would exhaust the stack. */
#define MAX_JSON_SIZE (1024 * 1024)
#define MAX_JSON_DEPTH 64

static JsonNode *config_to_node (VzConfig *self, gboolean with_type, const char *base_dir);
static VzConfig *config_from_node (JsonNode *node, GType declared, GError **error);

static JsonNode *
string_node (const char *text)
{
  JsonNode *node = json_node_alloc ();

  return text != NULL ? json_node_init_string (node, text) : json_node_init_null (node);
}

/* The path relative to @base_dir, or @path itself when it is elsewhere. */
static const char *
relative_path (const char *path, const char *base_dir)
{
  gsize length = base_dir != NULL ? strlen (base_dir) : 0;

  while (length > 1 && base_dir[length - 1] == '/')
    length--;
  if (length == 0 || strncmp (path, base_dir, length) != 0 || path[length] != '/')
    return path;
  path += length;
  while (*path == '/')
    path++;
  return path;
}

static JsonNode *
text_to_node (VzConfig *self, const VzField *field, const char *base_dir)
{
  gpointer value = vz_field_get_pointer (self, field);
  g_autofree char *text = NULL;

  if (value != NULL)
    text = field->kind == VZ_KIND_STRING ? g_strdup (value) : field->value->to_text (value);
  if (text != NULL && (field->flags & VZ_FIELD_PATH))
    return string_node (relative_path (text, base_dir));
  return string_node (text);
}

static JsonNode *
enum_to_node (VzConfig *self, const VzField *field)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (field->type ());
  int number = (int) vz_field_get_number (self, field);
  GEnumValue *value = g_enum_get_value (G_ENUM_CLASS (klass), number);

  /* A value that validation would reject is written unchanged rather than lost. */
  return value != NULL ? string_node (value->value_nick)
                       : json_node_init_int (json_node_alloc (), number);
}

/* Whether the object's position does not determine its class. */
static gboolean
needs_type (GType declared)
{
  return G_TYPE_IS_ABSTRACT (declared) || G_TYPE_IS_INTERFACE (declared);
}

static JsonNode *
array_to_node (VzConfig *self, const VzField *field, const char *base_dir)
{
  GPtrArray *elements = vz_field_get_pointer (self, field);
  g_autoptr (JsonArray) array = json_array_new ();

  for (guint i = 0; i < elements->len; i++)
    if (elements->pdata[i] == NULL)
      json_array_add_null_element (array);
    else
      json_array_add_element (array, config_to_node (elements->pdata[i],
                                                     needs_type (field->type ()), base_dir));
  return json_node_init_array (json_node_alloc (), array);
}

static JsonNode *
field_to_node (VzConfig *self, const VzField *field, const char *base_dir)
{
  JsonNode *node;

  switch (field->kind)
    {
    case VZ_KIND_BOOL:
      return json_node_init_boolean (json_node_alloc (), vz_field_get_number (self, field) != 0);
    case VZ_KIND_UINT:
    case VZ_KIND_UINT64:
      return json_node_init_int (json_node_alloc (), (gint64) vz_field_get_number (self, field));
    case VZ_KIND_ENUM:
      return enum_to_node (self, field);
    case VZ_KIND_STRING:
    case VZ_KIND_VALUE:
      return text_to_node (self, field, base_dir);
    case VZ_KIND_OBJECT:
      node = vz_field_get_pointer (self, field) == NULL
               ? string_node (NULL)
               : config_to_node (vz_field_get_pointer (self, field), needs_type (field->type ()),
                                 base_dir);
      return node;
    case VZ_KIND_ARRAY:
      return array_to_node (self, field, base_dir);
    case N_VZ_KINDS:
      break;
    }
  g_assert_not_reached ();
}

static void
copy_member (JsonObject *object, const char *name, JsonNode *node, gpointer target)
{
  json_object_set_member (target, name, json_node_copy (node));
}

static void
add_members (VzConfig *self, JsonObject *object, const char *base_dir)
{
  const VzFieldTable *table = vz_config_get_table (self);
  JsonObject *unknown = vz_config_get_unknown (self);

  for (guint i = 0; i < table->n_fields; i++)
    if (table->fields[i].flags & VZ_FIELD_INLINE)
      add_members (vz_field_get_pointer (self, &table->fields[i]), object, base_dir);
    else if (!(table->fields[i].flags & VZ_FIELD_NOT_SAVED))
      json_object_set_member (object, table->fields[i].name,
                              field_to_node (self, &table->fields[i], base_dir));
  if (unknown != NULL)
    json_object_foreach_member (unknown, copy_member, object);
}

static JsonNode *
config_to_node (VzConfig *self, gboolean with_type, const char *base_dir)
{
  g_autoptr (JsonObject) object = json_object_new ();

  if (with_type)
    json_object_set_string_member (object, "type", G_OBJECT_TYPE_NAME (self));
  add_members (self, object, base_dir);
  return json_node_init_object (json_node_alloc (), object);
}

/**
 * vz_config_to_json:
 * @self: a configuration object
 * @base_dir: (nullable) (type filename): an absolute directory, that of the bundle; paths below it
 *   are written relative to it. %NULL: paths are written as they are
 *
 * Writes @self and the objects in it as JSON, indented by two spaces. Keys are property names,
 * sizes are in bytes, enum values are written as their nicks, and `type` names the class.
 * Properties that the bundle keeps in separate files (hardware model, machine identifier) are left
 * out. Keys that vz_config_from_json() did not know are written back.
 *
 * Returns: (transfer full): the text, without a newline at its end
 */
char *
vz_config_to_json (VzConfig *self, const char *base_dir)
{
  g_autoptr (JsonNode) node = NULL;

  g_return_val_if_fail (VZ_IS_CONFIG (self), NULL);
  node = config_to_node (self, TRUE, base_dir);
  return json_to_string (node, TRUE);
}

static const char *
node_kind (JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    return "an object";
  if (JSON_NODE_HOLDS_ARRAY (node))
    return "an array";
  if (JSON_NODE_HOLDS_NULL (node))
    return "null";
  switch (json_node_get_value_type (node))
    {
    case G_TYPE_STRING:
      return "a string";
    case G_TYPE_BOOLEAN:
      return "a boolean";
    case G_TYPE_INT64:
      return "a whole number";
    default:
      return "a fraction";
    }
}

static gboolean
wrong_kind (JsonNode *node, const char *wanted, GError **error)
{
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "%s found, must be %s", node_kind (node),
                  wanted);
}

static gboolean
number_from_node (VzConfig *self, const VzField *field, JsonNode *node, GError **error)
{
  gint64 max = field->kind == VZ_KIND_UINT64 ? G_MAXINT64 : G_MAXUINT;
  gint64 number;

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return wrong_kind (node, "a whole number", error);
  number = json_node_get_int (node);
  if (number < 0 || number > max)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "%" G_GINT64_FORMAT " found, must be 0 to %" G_GINT64_FORMAT, number, max);
  vz_field_set_number (self, field, (guint64) number);
  return TRUE;
}

static gboolean
bool_from_node (VzConfig *self, const VzField *field, JsonNode *node, GError **error)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return wrong_kind (node, "true or false", error);
  vz_field_set_number (self, field, (guint64) json_node_get_boolean (node));
  return TRUE;
}

static gboolean
text_from_node (VzConfig *self, const VzField *field, JsonNode *node, GError **error)
{
  gboolean is_null = JSON_NODE_HOLDS_NULL (node);
  const char *text;

  if (!is_null &&
      (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING))
    return wrong_kind (node, "a string", error);
  text = is_null ? NULL : json_node_get_string (node);
  if (text != NULL)
    return vz_field_set_text (self, field, text, error);
  if (field->kind == VZ_KIND_VALUE)
    vz_field_set_object (self, field, NULL);
  else if (field->kind == VZ_KIND_STRING)
    vz_field_set_string (self, field, NULL);
  else
    return wrong_kind (node, "a string", error);
  return TRUE;
}

static gboolean
object_from_node (VzConfig *self, const VzField *field, JsonNode *node, GError **error)
{
  g_autoptr (VzConfig) object = NULL;

  if (!JSON_NODE_HOLDS_NULL (node))
    {
      object = config_from_node (node, field->type (), error);
      if (object == NULL)
        return FALSE;
    }
  vz_field_set_object (self, field, object);
  return TRUE;
}

static gboolean
array_from_node (VzConfig *self, const VzField *field, JsonNode *node, GError **error)
{
  g_autoptr (GPtrArray) elements = vz_field_new_elements ();
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return wrong_kind (node, "an array", error);
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *item = json_array_get_element (array, i);
      gboolean is_hole = JSON_NODE_HOLDS_NULL (item) && (field->flags & VZ_FIELD_HOLES);
      VzConfig *element = is_hole ? NULL : config_from_node (item, field->type (), error);

      if (element == NULL && !is_hole)
        {
          g_prefix_error (error, "[%u]: ", i);
          return FALSE;
        }
      g_ptr_array_add (elements, element);
    }
  vz_field_set_array (self, field, elements);
  return TRUE;
}

static gboolean
field_from_node (VzConfig *self, const VzField *field, JsonNode *node, GError **error)
{
  VZ_ERROR_PREFIX ("%s", field->name);

  switch (field->kind)
    {
    case VZ_KIND_BOOL:
      return bool_from_node (self, field, node, error);
    case VZ_KIND_UINT:
    case VZ_KIND_UINT64:
      return number_from_node (self, field, node, error);
    case VZ_KIND_ENUM:
    case VZ_KIND_STRING:
    case VZ_KIND_VALUE:
      return text_from_node (self, field, node, error);
    case VZ_KIND_OBJECT:
      return object_from_node (self, field, node, error);
    case VZ_KIND_ARRAY:
      return array_from_node (self, field, node, error);
    case N_VZ_KINDS:
      break;
    }
  g_assert_not_reached ();
}

/* The class to create: the one that "type" names, which must fit the position, or the position's
 * own. */
static GType
type_of_object (JsonObject *object, GType declared, GError **error)
{
  JsonNode *node = json_object_get_member (object, "type");
  GType type;

  if (node == NULL)
    {
      if (!needs_type (declared))
        return declared;
      vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "type: nothing found, must name a %s",
               g_type_name (declared));
      return G_TYPE_INVALID;
    }
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    {
      vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "type: %s found, must name a %s", node_kind (node),
               g_type_name (declared));
      return G_TYPE_INVALID;
    }
  type = vz_config_type_from_name (json_node_get_string (node));
  if (type != G_TYPE_INVALID && g_type_is_a (type, declared))
    return type;
  vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "type: '%s' found, must name a %s",
           json_node_get_string (node), g_type_name (declared));
  return G_TYPE_INVALID;
}

static VzConfig *
config_from_node (JsonNode *node, GType declared, GError **error)
{
  g_autoptr (VzConfig) self = NULL;
  g_autoptr (JsonObject) unknown = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;
  GType type;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      wrong_kind (node, "an object", error);
      return NULL;
    }
  type = type_of_object (json_node_get_object (node), declared, error);
  if (type == G_TYPE_INVALID)
    return NULL;
  self = g_object_new (type, NULL);
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &member))
    {
      VzConfig *owner = self;
      const VzField *field = vz_config_find_inline (&owner, name);

      if (strcmp (name, "type") == 0)
        continue;
      if (field == NULL || (field->flags & VZ_FIELD_NOT_SAVED))
        json_object_set_member (unknown, name, json_node_copy (member));
      else if (!field_from_node (owner, field, member, error))
        return NULL;
    }
  if (json_object_get_size (unknown) > 0)
    vz_config_set_unknown (self, unknown);
  return g_steal_pointer (&self);
}

static gboolean
is_sane (const char *json, GError **error)
{
  gsize length = strlen (json);
  gboolean in_string = FALSE;
  guint depth = 0;

  if (length > MAX_JSON_SIZE)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "%" G_GSIZE_FORMAT " bytes found, must be %d at most", length, MAX_JSON_SIZE);
  if (!g_utf8_validate (json, (gssize) length, NULL))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "must be UTF-8 text");
  for (const char *c = json; *c != '\0'; c++)
    {
      if (in_string && *c == '\\' && c[1] != '\0')
        c++;
      else if (*c == '"')
        in_string = !in_string;
      else if (!in_string && (*c == '{' || *c == '['))
        depth++;
      else if (!in_string && (*c == '}' || *c == ']') && depth > 0)
        depth--;
      if (depth > MAX_JSON_DEPTH)
        return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "nested deeper than %d levels",
                        MAX_JSON_DEPTH);
    }
  return TRUE;
}

/**
 * vz_config_from_json:
 * @json: text written by vz_config_to_json(), at most 1 MiB
 * @error: return location for an error, or %NULL
 *
 * Reads a configuration object of the class that the key `type` names. Missing keys keep their
 * defaults; unknown keys are kept and written back. Relative paths stay relative, see
 * vz_config_resolve_paths(). Nothing is validated.
 *
 * Returns: (transfer full): the object, or %NULL with %VZ_ERROR_INVALID_ARGUMENT, whose message
 *   names the place
 */
VzConfig *
vz_config_from_json (const char *json, GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (json != NULL, NULL);
  if (!is_sane (json, error))
    return NULL;
  node = json_from_string (json, &local_error);
  if (node == NULL)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "%s",
                         local_error != NULL ? local_error->message : "empty text");
  return config_from_node (node, VZ_TYPE_CONFIG, error);
}
