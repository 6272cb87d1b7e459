/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/arguments/vz-command-line.h"

#include "foundation/vz-fail.h"

#include <string.h>

typedef struct {
  const char *key; /* a literal */
  char *value;
  GType type; /* of the value in JSON */
} Field;

struct _VzOption {
  const char *option; /* a literal */
  gboolean plain;
  char *head; /* may be NULL */
  GArray *fields; /* of Field */
};

struct _VzCommandLine {
  GPtrArray *options;
};

static void
field_clear (gpointer data)
{
  g_free (((Field *) data)->value);
}

static void
option_free (gpointer data)
{
  VzOption *self = data;

  g_free (self->head);
  g_array_unref (self->fields);
  g_free (self);
}

VzCommandLine *
vz_command_line_new (void)
{
  VzCommandLine *self = g_new0 (VzCommandLine, 1);

  self->options = g_ptr_array_new_with_free_func (option_free);
  return self;
}

void
vz_command_line_free (VzCommandLine *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->options);
  g_free (self);
}

VzOption *
vz_command_line_add (VzCommandLine *self, const char *option, const char *head)
{
  VzOption *record = g_new0 (VzOption, 1);

  record->option = option;
  record->head = g_strdup (head);
  record->fields = g_array_new (FALSE, FALSE, sizeof (Field));
  g_array_set_clear_func (record->fields, field_clear);
  g_ptr_array_add (self->options, record);
  return record;
}

void
vz_command_line_add_plain (VzCommandLine *self, const char *option, const char *value)
{
  vz_command_line_add (self, option, value)->plain = TRUE;
}

static void
take (VzOption *self, const char *key, char *value, GType type)
{
  Field field = { key, value, type };

  g_array_append_val (self->fields, field);
}

void
vz_option_set (VzOption *self, const char *key, const char *value)
{
  take (self, key, g_strdup (value), G_TYPE_STRING);
}

void
vz_option_set_format (VzOption *self, const char *key, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  take (self, key, g_strdup_vprintf (format, args), G_TYPE_STRING);
  va_end (args);
}

void
vz_option_set_bool (VzOption *self, const char *key, gboolean value)
{
  take (self, key, g_strdup (value ? "on" : "off"), G_TYPE_BOOLEAN);
}

void
vz_option_set_number (VzOption *self, const char *key, guint value)
{
  take (self, key, g_strdup_printf ("%u", value), G_TYPE_INT64);
}

/* The object that contains the last word of @key. */
static JsonObject *
find_object (JsonObject *object, char **words)
{
  for (; words[1] != NULL; words++)
    {
      if (!json_object_has_member (object, words[0]))
        json_object_set_object_member (object, words[0], json_object_new ());
      object = json_object_get_object_member (object, words[0]);
    }
  return object;
}

JsonObject *
vz_option_to_json (VzOption *self)
{
  JsonObject *top = json_object_new ();

  for (guint i = 0; i < self->fields->len; i++)
    {
      Field *field = &g_array_index (self->fields, Field, i);
      g_auto (GStrv) words = g_strsplit (field->key, ".", -1);
      JsonObject *object = find_object (top, words);
      const char *name = words[g_strv_length (words) - 1];

      if (field->type == G_TYPE_BOOLEAN)
        json_object_set_boolean_member (object, name, g_str_equal (field->value, "on"));
      else if (field->type == G_TYPE_INT64)
        json_object_set_int_member (object, name, g_ascii_strtoll (field->value, NULL, 10));
      else
        json_object_set_string_member (object, name, field->value);
    }
  return top;
}

static gboolean
check_value (VzOption *self, const char *key, const char *value, GError **error)
{
  for (const char *at = value; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      {
        g_autofree char *shown = g_strescape (value, NULL);

        return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                        "\"%s\" has a control character, which QEMU's %s%s%s does not accept",
                        shown, self->option, key != NULL ? " " : "", key != NULL ? key : "");
      }
  return TRUE;
}

/* QEMU reads ",," as one comma inside a value. Nothing else is special: the first '=' ends the key,
 * and the keys are ours. */
static void
append_escaped (GString *text, const char *value)
{
  for (const char *at = value; *at != '\0'; at++)
    {
      if (*at == ',')
        g_string_append_c (text, ',');
      g_string_append_c (text, *at);
    }
}

static char *
render_option (VzOption *self, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->head != NULL && !check_value (self, NULL, self->head, error))
    return NULL;
  if (self->plain)
    return g_strdup (self->head);
  if (self->head != NULL)
    append_escaped (text, self->head);
  for (guint i = 0; i < self->fields->len; i++)
    {
      Field *field = &g_array_index (self->fields, Field, i);

      if (!check_value (self, field->key, field->value, error))
        return NULL;
      if (text->len > 0)
        g_string_append_c (text, ',');
      g_string_append_printf (text, "%s=", field->key);
      append_escaped (text, field->value);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

GStrv
vz_command_line_render (VzCommandLine *self, const char *binary, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (argv, g_strdup (binary));
  for (guint i = 0; i < self->options->len; i++)
    {
      VzOption *option = g_ptr_array_index (self->options, i);
      char *text;

      g_ptr_array_add (argv, g_strdup (option->option));
      if (option->plain && option->head == NULL)
        continue;
      text = render_option (option, error);
      if (text == NULL)
        return NULL;
      g_ptr_array_add (argv, text);
    }
  g_ptr_array_add (argv, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&argv), FALSE);
}
