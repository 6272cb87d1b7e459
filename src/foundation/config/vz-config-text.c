/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/config/vz-field.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-size.h"

#include <errno.h>

/* Properties as people write them: `memory-size` `3G`, `storage-devices[0].attachment.read-only`
 * `true`; and the listing of what can be written. */

static char *
enum_nicks (GType type)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  GString *nicks = g_string_new (NULL);

  for (guint i = 0; i < G_ENUM_CLASS (klass)->n_values; i++)
    g_string_append_printf (nicks, "%s%s", i > 0 ? ", " : "",
                            G_ENUM_CLASS (klass)->values[i].value_nick);
  return g_string_free (nicks, FALSE);
}

static gboolean
set_enum (VzConfig *self, const VzField *field, const char *text, GError **error)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (field->type ());
  GEnumValue *value = g_enum_get_value_by_nick (G_ENUM_CLASS (klass), text);
  g_autofree char *nicks = NULL;

  if (value != NULL)
    {
      vz_field_set_number (self, field, (guint64) value->value);
      return TRUE;
    }
  nicks = enum_nicks (field->type ());
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' found, must be one of %s", text, nicks);
}

static gboolean
set_bool (VzConfig *self, const VzField *field, const char *text, GError **error)
{
  static const struct {
    const char *word;
    gboolean value;
  } words[] = { { "true", TRUE }, { "false", FALSE }, { "yes", TRUE },
                { "no", FALSE },  { "on", TRUE },     { "off", FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (text, words[i].word) == 0)
      {
        vz_field_set_number (self, field, (guint64) words[i].value);
        return TRUE;
      }
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' found, must be true or false", text);
}

static gboolean
set_number (VzConfig *self, const VzField *field, const char *text, GError **error)
{
  guint64 max = field->kind == VZ_KIND_UINT64 ? G_MAXINT64 : G_MAXUINT;
  guint64 number;

  if (field->flags & VZ_FIELD_BYTES)
    {
      if (!vz_size_parse (text, &number, error))
        return FALSE;
      if (number > max)
        return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "the size '%s' is too large", text);
    }
  else if (!g_ascii_string_to_unsigned (text, 10, 0, max, &number, NULL))
    {
      return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                      "'%s' found, must be a whole number from 0 to %" G_GUINT64_FORMAT, text, max);
    }
  vz_field_set_number (self, field, number);
  return TRUE;
}

static gboolean
set_value (VzConfig *self, const VzField *field, const char *text, GError **error)
{
  g_autoptr (GObject) value = NULL;

  if (field->value == NULL || field->value->from_text == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "cannot be set from text");
  value = field->value->from_text (text, error);
  if (value == NULL)
    return FALSE;
  vz_field_set_object (self, field, value);
  return TRUE;
}

/* A row without a default text is unset by an empty one. */
static gboolean
unsets (const VzField *field, const char *text)
{
  return *text == '\0' && field->text == NULL && (field->flags & VZ_FIELD_REQUIRED) == 0;
}

/* Sets a row that holds a single value from its text form. */
gboolean
vz_field_set_text (VzConfig *self, const VzField *field, const char *text, GError **error)
{
  switch (field->kind)
    {
    case VZ_KIND_BOOL:
      return set_bool (self, field, text, error);
    case VZ_KIND_UINT:
    case VZ_KIND_UINT64:
      return set_number (self, field, text, error);
    case VZ_KIND_ENUM:
      return set_enum (self, field, text, error);
    case VZ_KIND_STRING:
      vz_field_set_string (self, field, unsets (field, text) ? NULL : text);
      return TRUE;
    case VZ_KIND_VALUE:
      return set_value (self, field, text, error);
    case VZ_KIND_OBJECT:
    case VZ_KIND_ARRAY:
      return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                      "'%s' found, but this is %s: name a property of it, %s.PROPERTY", text,
                      field->kind == VZ_KIND_ARRAY ? "a list" : "an object",
                      field->kind == VZ_KIND_ARRAY ? "LIST[NUMBER]" : "OBJECT");
    case N_VZ_KINDS:
      break;
    }
  g_assert_not_reached ();
}

static void
append_names (GString *names, VzConfig *self)
{
  const VzFieldTable *table = vz_config_get_table (self);

  for (guint i = 0; i < table->n_fields; i++)
    if (table->fields[i].flags & VZ_FIELD_INLINE)
      append_names (names, vz_field_get_pointer (self, &table->fields[i]));
    else
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", table->fields[i].name);
}

/* @self becomes the object that contains the row. */
static const VzField *
find_or_fail (VzConfig **self, const char *name, GError **error)
{
  const VzField *field = vz_config_find_inline (self, name);
  g_autoptr (GString) names = NULL;

  if (field != NULL)
    return field;
  names = g_string_new (NULL);
  append_names (names, *self);
  vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' is not a property of the %s, which has %s", name,
           vz_problems_kind_of (*self), names->len > 0 ? names->str : "none");
  return NULL;
}

/* Enters "name" or "name[index]": returns the object there, borrowed. */
static VzConfig *
enter (VzConfig *self, const char *segment, GError **error)
{
  const char *bracket = strchr (segment, '[');
  g_autofree char *name = bracket != NULL ? g_strndup (segment, (gsize) (bracket - segment))
                                          : g_strdup (segment);
  const VzField *field = find_or_fail (&self, name, error);
  VzConfig *object;
  guint64 index;

  if (field == NULL)
    return NULL;
  if (bracket == NULL)
    {
      if (field->kind != VZ_KIND_OBJECT)
        return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' is %s", segment,
                             field->kind == VZ_KIND_ARRAY ? "a list: write LIST[NUMBER]"
                                                          : "not an object");
      object = vz_field_get_pointer (self, field);
      if (object == NULL)
        return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' is not set", segment);
      return object;
    }
  if (field->kind != VZ_KIND_ARRAY)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' is not a list", name);
  {
    GPtrArray *array = vz_field_get_pointer (self, field);
    g_autofree char *digits = g_strdup (bracket + 1);
    gsize length = strlen (digits);

    if (length == 0 || digits[length - 1] != ']')
      return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' has no closing ]", segment);
    digits[length - 1] = '\0';
    if (!g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT, &index, NULL) || index >= array->len)
      return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                           "'%s': the list has %u entries, from 0", segment, array->len);
    if (array->pdata[index] == NULL)
      return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' is not set", segment);
    return array->pdata[index];
  }
}

/**
 * vz_config_set_from_string:
 * @self: a configuration object
 * @property_path: a property, such as `cpu-count` or `storage-devices[0].attachment.caching-mode`
 * @value: the value as text: `true` or `false`, a number, a size such as `3G`, the nick of an enum
 *   value, the text of a string or of a MAC address
 * @error: return location for an error, or %NULL
 *
 * Sets one property of @self or of an object in it. Only the text is validated.
 *
 * Returns: %TRUE, or %FALSE with %VZ_ERROR_INVALID_ARGUMENT, whose message names the property, the
 *   value and what is allowed; nothing is changed then
 */
gboolean
vz_config_set_from_string (VzConfig *self, const char *property_path, const char *value,
                           GError **error)
{
  VZ_ERROR_PREFIX ("%s", property_path);
  g_auto (GStrv) segments = NULL;
  const VzField *field;
  guint n_segments;

  g_return_val_if_fail (VZ_IS_CONFIG (self), FALSE);
  g_return_val_if_fail (property_path != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);
  segments = g_strsplit (property_path, ".", -1);
  n_segments = g_strv_length (segments);
  if (n_segments == 0)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "must name a property");
  for (guint i = 0; i + 1 < n_segments; i++)
    {
      self = enter (self, segments[i], error);
      if (self == NULL)
        return FALSE;
    }
  field = find_or_fail (&self, segments[n_segments - 1], error);
  return field != NULL && vz_field_set_text (self, field, value, error);
}

static const char *
kind_name (const VzField *field)
{
  static const char *const names[] = {
    [VZ_KIND_BOOL] = "bool",   [VZ_KIND_UINT] = "number", [VZ_KIND_UINT64] = "number",
    [VZ_KIND_ENUM] = "one of", [VZ_KIND_STRING] = "text", [VZ_KIND_OBJECT] = "object",
    [VZ_KIND_VALUE] = "value", [VZ_KIND_ARRAY] = "list",
  };
  _Static_assert(G_N_ELEMENTS (names) == N_VZ_KINDS, "every kind has a name");

  if (field->flags & VZ_FIELD_BYTES)
    return "size";
  if (field->flags & VZ_FIELD_PATH)
    return "path";
  return names[field->kind];
}

/* What may be written: the range of a number, otherwise the type. */
static char *
allowed (const VzField *field)
{
  switch (field->kind)
    {
    case VZ_KIND_BOOL:
      return g_strdup ("true, false");
    case VZ_KIND_UINT:
    case VZ_KIND_UINT64:
      if (field->min == 0 && field->max == 0)
        return g_strdup ("");
      return g_strdup_printf ("%" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, field->min,
                              field->max);
    case VZ_KIND_ENUM:
      return enum_nicks (field->type ());
    case VZ_KIND_OBJECT:
    case VZ_KIND_VALUE:
    case VZ_KIND_ARRAY:
      return g_strdup (g_type_name (field->type ()));
    case VZ_KIND_STRING:
    case N_VZ_KINDS:
      break;
    }
  return g_strdup ("");
}

static char *
default_text (const VzField *field)
{
  g_autoptr (GTypeClass) klass = NULL;
  GEnumValue *value;

  switch (field->kind)
    {
    case VZ_KIND_BOOL:
      return g_strdup (field->def ? "true" : "false");
    case VZ_KIND_UINT:
    case VZ_KIND_UINT64:
      return field->flags & VZ_FIELD_BYTES ? vz_size_format (field->def)
                                           : g_strdup_printf ("%" G_GUINT64_FORMAT, field->def);
    case VZ_KIND_ENUM:
      klass = g_type_class_ref (field->type ());
      value = g_enum_get_value (G_ENUM_CLASS (klass), (int) field->def);
      return g_strdup (value != NULL ? value->value_nick : "");
    case VZ_KIND_STRING:
    case VZ_KIND_OBJECT:
    case VZ_KIND_VALUE:
    case VZ_KIND_ARRAY:
    case N_VZ_KINDS:
      break;
    }
  return g_strdup (field->kind == VZ_KIND_STRING && field->text != NULL ? field->text : "");
}

static void
describe (GString *lines, GType type)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  guint n_fields;
  const VzField *fields = vz_config_class_get_fields (VZ_CONFIG_CLASS (klass), &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      g_autofree char *def = default_text (&fields[i]);
      g_autofree char *what = allowed (&fields[i]);

      if (fields[i].flags & VZ_FIELD_INLINE)
        describe (lines, fields[i].type ());
      else
        g_string_append_printf (lines, "%s\t%s\t%s\t%s\t%s\n", fields[i].name,
                                kind_name (&fields[i]), def, what, fields[i].doc);
    }
}

/**
 * vz_config_describe_fields:
 * @type: a configuration class
 *
 * Lists the class's properties for a reference page, one line each, with five tab-separated
 * columns: name, kind (`bool`, `number`, `size`, `one of`, `text`, `path`, `value`, `object`,
 * `list`), default, what is allowed, description.
 *
 * Returns: (transfer full): the lines, each ending with a newline
 */
char *
vz_config_describe_fields (GType type)
{
  GString *lines;

  g_return_val_if_fail (g_type_is_a (type, VZ_TYPE_CONFIG), NULL);
  lines = g_string_new (NULL);
  describe (lines, type);
  return g_string_free (lines, FALSE);
}
