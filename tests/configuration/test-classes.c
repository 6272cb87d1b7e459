/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/identity/vz-mac-address.h"
#include "foundation/config/vz-field.h"
#include "vz.h"

/* One test for every configuration class: what the property table implies has to hold for each of
 * them. A new class is tested as soon as it is listed in src/configuration/meson.build. */

static VzConfig *new_with_other_values (GType type);

/* A value that differs from the row's default; NULL if the test has none to offer. */
static gboolean
set_other_value (VzConfig *object, const VzField *field)
{
  g_autoptr (GTypeClass) klass = NULL;
  g_autoptr (VzMACAddress) address = NULL;
  guint n_types;
  g_autofree GType *types = vz_config_list_types (&n_types);

  switch (field->kind)
    {
    case VZ_KIND_BOOL:
      g_object_set (object, field->name, !field->def, NULL);
      return TRUE;
    case VZ_KIND_UINT:
      g_object_set (object, field->name, (guint) field->def + 7, NULL);
      return TRUE;
    case VZ_KIND_UINT64:
      g_object_set (object, field->name, field->def + (G_GUINT64_CONSTANT (5) << 32), NULL);
      return TRUE;
    case VZ_KIND_ENUM:
      klass = g_type_class_ref (field->type ());
      for (guint i = 0; i < G_ENUM_CLASS (klass)->n_values; i++)
        if ((guint64) G_ENUM_CLASS (klass)->values[i].value != field->def)
          g_object_set (object, field->name, G_ENUM_CLASS (klass)->values[i].value, NULL);
      return TRUE;
    case VZ_KIND_STRING:
      g_object_set (object, field->name, "a, b=\"c\" \xc3\xa9", NULL);
      return TRUE;
    case VZ_KIND_VALUE:
      if (field->type () != VZ_TYPE_MAC_ADDRESS)
        return FALSE;
      address = vz_mac_address_new_from_string ("d6:a7:58:8e:78:d4");
      g_object_set (object, field->name, address, NULL);
      return TRUE;
    case VZ_KIND_OBJECT:
    case VZ_KIND_ARRAY:
      for (guint i = 0; i < n_types; i++)
        {
          g_autoptr (GObject) child = NULL;
          g_autoptr (GPtrArray) children = g_ptr_array_new ();

          if (!g_type_is_a (types[i], field->type ()))
            continue;
          child = field->flags & VZ_FIELD_INLINE ? (GObject *) new_with_other_values (types[i])
                                                 : g_object_new (types[i], NULL);
          if (field->flags & VZ_FIELD_HOLES)
            g_ptr_array_add (children, NULL);
          g_ptr_array_add (children, child);
          g_object_set (object, field->name,
                        field->kind == VZ_KIND_ARRAY ? (gpointer) children : child, NULL);
          return TRUE;
        }
      return FALSE;
    case N_VZ_KINDS:
      break;
    }
  g_assert_not_reached ();
}

static VzConfig *
new_with_other_values (GType type)
{
  VzConfig *object = g_object_new (type, NULL);
  const VzFieldTable *table = vz_config_get_table (object);

  for (guint i = 0; i < table->n_fields; i++)
    set_other_value (object, &table->fields[i]);
  return object;
}

/* Paths and values that are not saved do not survive JSON: reset them, so that the rest
 * compares. */
static void
forget_unsaved (VzConfig *object, VzConfig *from)
{
  const VzFieldTable *table = vz_config_get_table (object);

  for (guint i = 0; i < table->n_fields; i++)
    {
      const VzField *field = &table->fields[i];

      if (field->flags & VZ_FIELD_NOT_SAVED)
        vz_field_set_object (object, field, vz_field_get_pointer (from, field));
      if (field->kind == VZ_KIND_OBJECT && vz_field_get_pointer (object, field) != NULL)
        forget_unsaved (vz_field_get_pointer (object, field), vz_field_get_pointer (from, field));
      if (field->kind == VZ_KIND_ARRAY)
        {
          GPtrArray *a = vz_field_get_pointer (object, field);
          GPtrArray *b = vz_field_get_pointer (from, field);

          g_assert_cmpuint (a->len, ==, b->len);
          for (guint n = 0; n < a->len; n++)
            if (a->pdata[n] != NULL)
              forget_unsaved (a->pdata[n], b->pdata[n]);
        }
    }
}

static void
test_table (gconstpointer data)
{
  GType type = (GType) GPOINTER_TO_SIZE (data);
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  const VzFieldTable *table = VZ_CONFIG_CLASS (klass)->table;
  guint n_specs;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_CLASS (klass), &n_specs);

  g_assert_nonnull (table);
  g_assert_nonnull (specs);
  g_assert_cmpuint (n_specs, ==, table->n_fields);
  for (guint i = 0; i < table->n_fields; i++)
    {
      const VzField *field = &table->fields[i];
      GParamSpec *spec = g_object_class_find_property (G_OBJECT_CLASS (klass), field->name);

      g_assert_true (spec == table->props[i + 1]);
      g_assert_nonnull (field->doc);
      g_assert_cmpstr (field->doc, !=, "");
      g_assert_null (strchr (field->name, '_'));
      g_assert_cmpstr (field->name, !=, "type");
      g_assert_true ((field->type != NULL) ==
                     (field->kind >= VZ_KIND_ENUM && field->kind != VZ_KIND_STRING));
      g_assert_true (field->kind != VZ_KIND_VALUE || (field->flags & VZ_FIELD_NOT_SAVED) ||
                     field->value->from_text != NULL);
      g_assert_cmpuint (field->min, <=, field->max);
    }
}

static void
test_defaults (gconstpointer data)
{
  g_autoptr (VzConfig) object = g_object_new ((GType) GPOINTER_TO_SIZE (data), NULL);
  const VzFieldTable *table = vz_config_get_table (object);

  for (guint i = 0; i < table->n_fields; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      GParamSpec *spec = table->props[i + 1];

      g_value_init (&value, spec->value_type);
      g_object_get_property (G_OBJECT (object), spec->name, &value);
      if (g_str_equal (spec->name, "uuid"))
        g_assert_true (g_uuid_string_is_valid (g_value_get_string (&value))); /* a random one */
      else if (table->fields[i].kind <= VZ_KIND_STRING)
        g_assert_true (g_param_value_defaults (spec, &value));
      else if (table->fields[i].kind == VZ_KIND_ARRAY)
        g_assert_cmpuint (((GPtrArray *) g_value_get_boxed (&value))->len, ==, 0);
    }
}

static void
count (GObject *object, GParamSpec *spec, gpointer counter)
{
  ++*(guint *) counter;
}

static void
test_set_get_notify (gconstpointer data)
{
  g_autoptr (VzConfig) object = g_object_new ((GType) GPOINTER_TO_SIZE (data), NULL);
  const VzFieldTable *table = vz_config_get_table (object);
  guint counter;

  g_signal_connect (object, "notify", G_CALLBACK (count), &counter);
  for (guint i = 0; i < table->n_fields; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      g_auto (GValue) again = G_VALUE_INIT;
      GParamSpec *spec = table->props[i + 1];

      counter = 0;
      if (!set_other_value (object, &table->fields[i]))
        continue;
      g_assert_cmpuint (counter, >=, 1);
      g_value_init (&value, spec->value_type);
      g_object_get_property (G_OBJECT (object), spec->name, &value);
      counter = 0;
      g_object_set_property (G_OBJECT (object), spec->name, &value);
      g_assert_cmpuint (counter, ==, 0);
      g_value_init (&again, spec->value_type);
      g_object_get_property (G_OBJECT (object), spec->name, &again);
      if (table->fields[i].kind != VZ_KIND_ARRAY)
        g_assert_cmpint (g_param_values_cmp (spec, &value, &again), ==, 0);
    }
}

static void
test_copy_and_equal (gconstpointer data)
{
  GType type = (GType) GPOINTER_TO_SIZE (data);
  g_autoptr (VzConfig) object = new_with_other_values (type);
  const VzFieldTable *table = vz_config_get_table (object);
  g_autoptr (VzConfig) copy = vz_config_copy (object);

  g_assert_true (copy != object);
  g_assert_true (vz_config_equal (object, copy));
  for (guint i = 0; i < table->n_fields; i++)
    {
      const VzField *field = &table->fields[i];
      g_autoptr (VzConfig) changed = vz_config_copy (object);

      if (field->kind == VZ_KIND_OBJECT && vz_field_get_pointer (object, field) != NULL)
        g_assert_true (vz_field_get_pointer (object, field) != vz_field_get_pointer (copy, field));
      if (field->kind <= VZ_KIND_ENUM)
        vz_field_set_number (changed, field, !vz_field_get_number (object, field));
      else if (field->kind == VZ_KIND_STRING)
        vz_field_set_string (changed, field, "other");
      else if (field->kind == VZ_KIND_ARRAY)
        vz_field_set_array (changed, field, NULL);
      else if (vz_field_get_pointer (object, field) != NULL)
        vz_field_set_object (changed, field, NULL);
      else
        continue;
      g_assert_false (vz_config_equal (object, changed));
      g_assert_false (vz_config_equal (changed, object));
    }
}

static void
test_json (gconstpointer data)
{
  GType type = (GType) GPOINTER_TO_SIZE (data);
  g_autoptr (VzConfig) object = new_with_other_values (type);
  g_autofree char *json = vz_config_to_json (object, NULL);
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (VzConfig) loaded = vz_config_from_json (json, &error);

  g_assert_no_error (error);
  g_assert_true (G_OBJECT_TYPE (loaded) == type);
  again = vz_config_to_json (loaded, NULL);
  g_assert_cmpstr (json, ==, again);
  forget_unsaved (loaded, object);
  g_assert_true (vz_config_equal (object, loaded));
}

static void
test_unknown_keys (gconstpointer data)
{
  GType type = (GType) GPOINTER_TO_SIZE (data);
  g_autofree char *json =
    g_strdup_printf ("{\"type\": \"%s\", \"future\": {\"a\": [1, null, \"x\"]}, \"z\": true}",
                     g_type_name (type));
  g_autoptr (GError) error = NULL;
  g_autoptr (VzConfig) object = vz_config_from_json (json, &error);
  g_autoptr (VzConfig) plain = g_object_new (type, NULL);
  g_autoptr (VzConfig) copy = NULL;
  g_autofree char *written = NULL;
  g_autofree char *from_copy = NULL;

  g_assert_no_error (error);
  copy = vz_config_copy (object);
  g_assert_true (vz_config_equal (object, copy));
  g_assert_false (vz_config_equal (object, plain));
  written = vz_config_to_json (object, NULL);
  from_copy = vz_config_to_json (copy, NULL);
  g_assert_cmpstr (written, ==, from_copy);
  g_assert_nonnull (strstr (written, "\"future\" : {"));
  g_assert_nonnull (strstr (written, "\"z\" : true"));
}

/* An inline object is described by its own rows. */
static guint
count_rows (GType type)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  guint n_fields, n_rows = 0;
  const VzField *fields = vz_config_class_get_fields (VZ_CONFIG_CLASS (klass), &n_fields);

  for (guint i = 0; i < n_fields; i++)
    n_rows += fields[i].flags & VZ_FIELD_INLINE ? count_rows (fields[i].type ()) : 1;
  return n_rows;
}

static void
test_describe (gconstpointer data)
{
  GType type = (GType) GPOINTER_TO_SIZE (data);
  g_autofree char *text = vz_config_describe_fields (type);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n_rows = count_rows (type);

  g_assert_cmpuint (g_strv_length (lines), ==, n_rows > 0 ? n_rows + 1 : 0);
  for (guint i = 0; i < n_rows; i++)
    {
      g_auto (GStrv) columns = g_strsplit (lines[i], "\t", -1);

      g_assert_cmpuint (g_strv_length (columns), ==, 5);
    }
}

/* The table of Apple's names has the class and its abstract parents. */
static void
test_listed (gconstpointer data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "docs", "classes.md", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  for (GType type = (GType) GPOINTER_TO_SIZE (data); type != VZ_TYPE_CONFIG;
       type = g_type_parent (type))
    {
      g_autofree char *name = g_strdup_printf ("`%s`", g_type_name (type));

      if (strstr (text, name) == NULL)
        g_error ("%s: no row for %s", path, name);
    }
}

static void
test_finalize (gconstpointer data)
{
  VzConfig *object = new_with_other_values ((GType) GPOINTER_TO_SIZE (data));
  VzConfig *copy = vz_config_copy (object);

  g_assert_finalize_object (object);
  g_assert_finalize_object (copy);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *name;
    GTestDataFunc function;
  } tests[] = {
    { "table", test_table },
    { "defaults", test_defaults },
    { "set-get-notify", test_set_get_notify },
    { "copy-and-equal", test_copy_and_equal },
    { "json", test_json },
    { "unknown-keys", test_unknown_keys },
    { "describe", test_describe },
    { "listed", test_listed },
    { "finalize", test_finalize },
  };
  guint n_types;
  g_autofree GType *types = NULL;

  g_test_init (&argc, &argv, NULL);
  types = vz_config_list_types (&n_types);
  g_assert_cmpuint (n_types, >, 20);
  for (guint i = 0; i < n_types; i++)
    for (gsize n = 0; n < G_N_ELEMENTS (tests); n++)
      {
        g_autofree char *path =
          g_strdup_printf ("/class/%s/%s", g_type_name (types[i]), tests[n].name);

        g_test_add_data_func (path, GSIZE_TO_POINTER (types[i]), tests[n].function);
      }
  return g_test_run ();
}
