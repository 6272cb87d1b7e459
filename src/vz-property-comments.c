/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-compose-copy.h"
#include "compose/vz-compose-request.h"
#include "foundation/config/vz-field.h"

#include <dlfcn.h>
#include <stdio.h>

/* Prints the documentation comments of the configuration classes' properties and their accessors:
 * the rows of the classes have the words, g-ir-scanner wants them three times. Runs when the
 * introspection data is made and is not installed. */

/* Whether the library has PREFIX_get_MEMBER or PREFIX_set_MEMBER. Where it has not, the accessor
 * belongs to an abstract parent, whose documentation is written by hand. */
static gboolean
has_accessor (const VzFieldTable *table, const char *verb, const char *member)
{
  g_autofree char *symbol = g_strdup_printf ("%s_%s_%s", table->symbol_prefix, verb, member);

  return dlsym (RTLD_DEFAULT, symbol) != NULL;
}

static gboolean
is_pointer (const VzField *field)
{
  return field->kind == VZ_KIND_OBJECT || field->kind == VZ_KIND_VALUE;
}

/* "320 to 7680; 1920 by default" and its like, each behind a semicolon. */
static void
append_rules (GString *text, const VzField *field)
{
  g_autoptr (GTypeClass) klass = NULL;

  if (field->max != 0)
    g_string_append_printf (text, "; %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, field->min,
                            field->max);
  if (field->flags & VZ_FIELD_REQUIRED)
    g_string_append (text, "; required");
  if (field->kind == VZ_KIND_BOOL)
    g_string_append_printf (text, "; %%%s by default", field->def ? "TRUE" : "FALSE");
  else if (field->kind == VZ_KIND_ENUM)
    {
      klass = g_type_class_ref (field->type ());
      g_string_append_printf (text, "; %%%s by default",
                              g_enum_get_value (G_ENUM_CLASS (klass), (int) field->def)
                                ->value_name);
    }
  else if (field->def != 0)
    g_string_append_printf (text, "; %" G_GUINT64_FORMAT " by default", field->def);
  else if (field->text != NULL && *field->text != '\0')
    g_string_append_printf (text, "; `%s` by default", field->text);
  else if (field->text != NULL)
    g_string_append (text, "; empty by default");
}

static void
append_annotations (GString *text, const VzField *field, gboolean is_nullable)
{
  if (is_nullable)
    g_string_append (text, " (nullable)");
  if (field->flags & VZ_FIELD_PATH)
    g_string_append (text, " (type filename)");
  if (field->kind == VZ_KIND_ARRAY)
    g_string_append_printf (text, " (element-type %s)", g_type_name (field->type ()));
}

static void
print_property (const char *class_name, const VzField *field, const char *words)
{
  g_autofree char *sentence = g_strdup (words);

  sentence[0] = g_ascii_toupper (sentence[0]);
  printf ("/**\n * %s:%s:\n *\n * %s.\n", class_name, field->name, sentence);
  if (field->more != NULL)
    printf (" *\n * %s\n", field->more);
  printf (" */\n");
}

static void
print_getter (const char *class_name, const VzFieldTable *table, const VzField *field,
              const char *member, const char *words)
{
  gboolean is_nullable = (is_pointer (field) && !(field->flags & VZ_FIELD_INLINE)) ||
                         (field->kind == VZ_KIND_STRING && !field->text);
  g_autoptr (GString) notes = g_string_new (NULL);

  if (is_pointer (field) || field->kind == VZ_KIND_ARRAY)
    g_string_append (notes, " (transfer none)");
  append_annotations (notes, field, is_nullable);
  printf ("/**\n * %s_get_%s:\n * @self: a #%s\n *\n * Returns:%s%s %s%s\n */\n",
          table->symbol_prefix, member, class_name, notes->str, notes->len > 0 ? ":" : "", words,
          field->kind == VZ_KIND_ARRAY ? "; not to be changed" : "");
}

static void
print_setter (const char *class_name, const VzFieldTable *table, const VzField *field,
              const char *member, const char *words)
{
  gboolean is_nullable = is_pointer (field) || field->kind >= VZ_KIND_STRING;
  g_autoptr (GString) notes = g_string_new (NULL);

  append_annotations (notes, field, is_nullable);
  printf ("/**\n * %s_set_%s:\n * @self: a #%s\n * @%s:%s%s %s%s\n *\n"
          " * Sets what %s_get_%s() returns.\n */\n",
          table->symbol_prefix, member, class_name, member, notes->str, notes->len > 0 ? ":" : "",
          words, field->kind == VZ_KIND_ARRAY ? "; copied; %NULL for none" : "",
          table->symbol_prefix, member);
}

static void
print_class (GType type)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  const VzFieldTable *table = VZ_CONFIG_CLASS (klass)->table;

  for (guint i = 0; i < table->n_fields; i++)
    {
      const VzField *field = &table->fields[i];
      g_autofree char *member = g_strdelimit (g_strdup (field->name), "-", '_');
      g_autoptr (GString) words = g_string_new (field->doc);

      append_rules (words, field);
      print_property (g_type_name (type), field, words->str);
      if (has_accessor (table, "get", member))
        print_getter (g_type_name (type), table, field, member, words->str);
      if (has_accessor (table, "set", member))
        print_setter (g_type_name (type), table, field, member, words->str);
    }
}

int
main (void)
{
  guint n_types;
  g_autofree GType *types = vz_config_list_types (&n_types);

  printf ("/* Made of the rows of the configuration classes by vz-property-comments. */\n");
  for (guint i = 0; i < n_types; i++)
    print_class (types[i]);
  print_class (VZ_TYPE_COMPOSE_COPY);
  print_class (VZ_TYPE_COMPOSE_REQUEST);
  return fflush (stdout) == 0 ? 0 : 1;
}
