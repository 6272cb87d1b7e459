/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/config/vz-problems.h"

#include "foundation/config/vz-field.h"
#include "foundation/vz-fail.h"

#include <string.h>

struct _VzProblems {
  GPtrArray *lines; /* owned strings */
  GString *location; /* of the object being checked, "" for the outermost one */
};

typedef void (*Check) (VzProblems *self, VzConfig *config, const VzFieldTable *table);

VzProblems *
vz_problems_new (void)
{
  VzProblems *self = g_new0 (VzProblems, 1);

  self->lines = g_ptr_array_new_with_free_func (g_free);
  self->location = g_string_new (NULL);
  return self;
}

void
vz_problems_free (VzProblems *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->lines);
  g_string_free (self->location, TRUE);
  g_free (self);
}

/* "VzUSBMassStorageDeviceConfiguration" -> "USB mass storage device". Capitals and names are
 * kept. */
static char *
make_kind (const char *name)
{
  static const char *const names[] = { "Mac", "Linux", "Express", "Spice", "Rosetta", "Unix" };
  GString *words = g_string_new (NULL);

  name += g_str_has_prefix (name, "Vz") ? 2 : 0;
  for (const char *c = name; *c != '\0' && !g_str_equal (c, "Configuration"); c++)
    {
      gboolean begins = c > name && g_ascii_isupper (*c) &&
                        (!g_ascii_isupper (c[-1]) || g_ascii_islower (c[1]));
      gboolean keeps = g_ascii_isupper (c[1]) || c[1] == '\0' ||
                       (c > name && g_ascii_isupper (c[-1]) && !begins);

      for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
        keeps = keeps ||
                (g_str_has_prefix (c, names[i]) && !g_ascii_islower (c[strlen (names[i])]));
      if (begins)
        g_string_append_c (words, ' ');
      g_string_append_c (words, keeps ? *c : g_ascii_tolower (*c));
    }
  return g_string_free (words, FALSE);
}

const char *
vz_problems_kind_of_type (GType type)
{
  g_autofree char *kind = make_kind (g_type_name (type));

  return g_intern_string (kind);
}

const char *
vz_problems_kind_of (gpointer object)
{
  return vz_problems_kind_of_type (G_OBJECT_TYPE (object));
}

/* Control characters in a value (such as a newline in a path) are escaped: a problem is one
 * line. */
static void
add_line (VzProblems *self, const char *location, VzConfig *config, const char *property,
          const char *value, const char *allowed)
{
  GString *line = g_string_new (NULL);

  if (*location != '\0')
    g_string_append_printf (line, "%s: ", location);
  g_string_append_printf (line, "%s: ", property);
  if (value == NULL)
    {
      g_string_append (line, "nothing");
    }
  else
    {
      g_string_append_c (line, '\'');
      for (const char *c = value; *c != '\0'; c++)
        if (g_ascii_iscntrl (*c))
          g_string_append_printf (line, "\\x%02x", (guint) (guchar) *c);
        else
          g_string_append_c (line, *c);
      g_string_append_c (line, '\'');
    }
  g_string_append_printf (line, " found, %s", allowed);
  g_ptr_array_add (self->lines, g_string_free (line, FALSE));
}

void
vz_problems_add (VzProblems *self, VzConfig *config, const char *property, const char *value,
                 const char *format, ...)
{
  g_autofree char *allowed = NULL;
  va_list args;

  va_start (args, format);
  allowed = g_strdup_vprintf (format, args);
  va_end (args);
  add_line (self, self->location->str, config, property, value, allowed);
}

void
vz_problems_add_at (VzProblems *self, const char *location, VzConfig *config, const char *property,
                    const char *value, const char *format, ...)
{
  g_autofree char *allowed = NULL;
  g_autofree char *place = NULL;
  va_list args;

  va_start (args, format);
  allowed = g_strdup_vprintf (format, args);
  va_end (args);
  place = g_strconcat (self->location->str, self->location->len > 0 ? "." : "", location, NULL);
  add_line (self, place, config, property, value, allowed);
}

static void
check_range (VzProblems *self, VzConfig *config, const VzField *field)
{
  guint64 value = vz_field_get_number (config, field);
  g_autofree char *found = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  if ((field->min == 0 && field->max == 0) || (value >= field->min && value <= field->max))
    return;
  vz_problems_add (self, config, field->name, found,
                   "must be %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, field->min, field->max);
}

static void
check_enum (VzProblems *self, VzConfig *config, const VzField *field)
{
  int value = (int) vz_field_get_number (config, field);
  g_autoptr (GTypeClass) klass = g_type_class_ref (field->type ());
  g_autofree char *found = g_strdup_printf ("%d", value);
  g_autoptr (GString) names = NULL;

  if (g_enum_get_value (G_ENUM_CLASS (klass), value) != NULL)
    return;
  names = g_string_new (NULL);
  for (guint i = 0; i < G_ENUM_CLASS (klass)->n_values; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                            G_ENUM_CLASS (klass)->values[i].value_nick);
  vz_problems_add (self, config, field->name, found, "must be one of %s", names->str);
}

/* Strings end up in QEMU's command line, which escapes commas but cannot contain a newline, and in
 * JSON, which is UTF-8. */
static void
check_string (VzProblems *self, VzConfig *config, const VzField *field)
{
  const char *value = vz_field_get_pointer (config, field);

  if ((field->flags & VZ_FIELD_REQUIRED) && (value == NULL || *value == '\0'))
    {
      vz_problems_add (self, config, field->name, value, "must not be empty");
      return;
    }
  if (value == NULL)
    return;
  if (!g_utf8_validate (value, -1, NULL))
    vz_problems_add (self, config, field->name, "(bytes that are not UTF-8)", "must be UTF-8 text");
  else if (strpbrk (value, "\n\r") != NULL)
    vz_problems_add (self, config, field->name, value, "must not contain a line break");
}

static void
check_row (VzProblems *self, VzConfig *config, const VzField *field)
{
  switch (field->kind)
    {
    case VZ_KIND_UINT:
    case VZ_KIND_UINT64:
      check_range (self, config, field);
      break;
    case VZ_KIND_ENUM:
      check_enum (self, config, field);
      break;
    case VZ_KIND_STRING:
      check_string (self, config, field);
      break;
    case VZ_KIND_OBJECT:
    case VZ_KIND_VALUE:
      if ((field->flags & VZ_FIELD_REQUIRED) && vz_field_get_pointer (config, field) == NULL)
        vz_problems_add (self, config, field->name, NULL, "must be set");
      break;
    case VZ_KIND_BOOL:
    case VZ_KIND_ARRAY:
    case N_VZ_KINDS:
      break;
    }
}

static void walk (VzProblems *self, VzConfig *config, Check check);

static void
walk_at (VzProblems *self, VzConfig *child, Check check, const char *place)
{
  gsize length = self->location->len;

  g_string_append_printf (self->location, "%s%s", length > 0 ? "." : "", place);
  walk (self, child, check);
  g_string_truncate (self->location, length);
}

static void
walk (VzProblems *self, VzConfig *config, Check check)
{
  const VzFieldTable *table = vz_config_get_table (config);

  check (self, config, table);
  for (guint i = 0; i < table->n_fields; i++)
    {
      const VzField *field = &table->fields[i];

      if (field->flags & VZ_FIELD_INLINE)
        walk (self, vz_field_get_pointer (config, field), check);
      else if (field->kind == VZ_KIND_OBJECT && vz_field_get_pointer (config, field) != NULL)
        walk_at (self, vz_field_get_pointer (config, field), check, field->name);
      if (field->kind == VZ_KIND_ARRAY)
        {
          GPtrArray *array = vz_field_get_pointer (config, field);

          for (guint n = 0; n < array->len; n++)
            {
              g_autofree char *place = g_strdup_printf ("%s[%u]", field->name, n);

              if (array->pdata[n] != NULL)
                walk_at (self, array->pdata[n], check, place);
            }
        }
    }
}

static void
check_rows_and_rules (VzProblems *self, VzConfig *config, const VzFieldTable *table)
{
  for (guint i = 0; i < table->n_fields; i++)
    check_row (self, config, &table->fields[i]);
  if (table->check != NULL)
    table->check (config, self);
}

static void
check_save_restore (VzProblems *self, VzConfig *config, const VzFieldTable *table)
{
  if (table->check_save_restore != NULL)
    table->check_save_restore (config, self);
}

void
vz_problems_check (VzProblems *self, VzConfig *config)
{
  walk (self, config, check_rows_and_rules);
}

void
vz_problems_check_save_restore (VzProblems *self, VzConfig *config)
{
  walk (self, config, check_save_restore);
}

guint
vz_problems_get_n_lines (VzProblems *self)
{
  return self->lines->len;
}

gboolean
vz_problems_report (VzProblems *self, GError **error)
{
  g_autofree char *text = NULL;

  if (self->lines->len == 0)
    return TRUE;
  g_ptr_array_add (self->lines, NULL);
  text = g_strjoinv ("\n", (GStrv) self->lines->pdata);
  g_ptr_array_set_size (self->lines, (gint) self->lines->len - 1);
  return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION, "%s", text);
}

/**
 * vz_config_validate:
 * @self: a configuration object
 * @error: return location for an error, or %NULL
 *
 * Checks @self and the objects in it, and reports every broken rule at once: the error's message
 * has one line for each rule, `place: Class: property: 'value' found, what is allowed`.
 *
 * Returns: %TRUE when nothing is wrong, otherwise %FALSE with
 *   %VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION
 */
gboolean
vz_config_validate (VzConfig *self, GError **error)
{
  g_autoptr (VzProblems) problems = vz_problems_new ();

  g_return_val_if_fail (VZ_IS_CONFIG (self), FALSE);
  vz_problems_check (problems, self);
  return vz_problems_report (problems, error);
}
