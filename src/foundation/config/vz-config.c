/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/config/vz-field.h"

#include <json-glib/json-glib.h>

/* The base of all configuration classes: type, table installation, copy, equality, paths. See
 * vz-field.h for how the table works. */

typedef struct {
  JsonObject *unknown; /* owned, NULL if there are none; never changed once set */
} VzConfigPrivate;

static gint private_offset;
static GObjectClass *parent_class;

static VzConfigPrivate *
vz_config_get_instance_private (VzConfig *self)
{
  return G_STRUCT_MEMBER_P (self, private_offset);
}

static void
vz_config_finalize (GObject *object)
{
  VzConfig *self = VZ_CONFIG (object);
  VzConfigPrivate *priv = vz_config_get_instance_private (self);
  const VzFieldTable *table = vz_config_get_table (self);

  for (guint i = 0; table != NULL && i < table->n_fields; i++)
    vz_field_clear (self, &table->fields[i]);
  g_clear_pointer (&priv->unknown, json_object_unref);
  parent_class->finalize (object);
}

static void
vz_config_class_init (gpointer klass, gpointer data)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  parent_class = g_type_class_peek_parent (klass);
  g_type_class_adjust_private_offset (klass, &private_offset);
  object_class->finalize = vz_config_finalize;
}

/* While this runs, the object's class is still VzConfig's; the class being created is the second
 * argument. G_DEFINE_TYPE hides it, hence the handwritten get_type below. */
static void
vz_config_init (GTypeInstance *instance, gpointer klass)
{
  const VzFieldTable *table = ((VzConfigClass *) klass)->table;

  for (guint i = 0; table != NULL && i < table->n_fields; i++)
    vz_field_init ((VzConfig *) instance, &table->fields[i]);
}

GType
vz_config_get_type (void)
{
  static gsize type_id;

  if (g_once_init_enter (&type_id))
    {
      GType type =
        g_type_register_static_simple (G_TYPE_OBJECT, g_intern_static_string ("VzConfig"),
                                       sizeof (VzConfigClass), vz_config_class_init,
                                       sizeof (VzConfig), vz_config_init, G_TYPE_FLAG_ABSTRACT);

      private_offset = g_type_add_instance_private (type, sizeof (VzConfigPrivate));
      g_once_init_leave (&type_id, type);
    }
  return type_id;
}

void
vz_config_class_install (gpointer klass, const VzFieldTable *table)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  VZ_CONFIG_CLASS (klass)->table = table;
  if (table->set_up_class != NULL)
    table->set_up_class (klass);
  if (table->n_fields == 0)
    return;
  /* GObject resets both for each derived class. */
  object_class->get_property = vz_field_get_property;
  object_class->set_property = vz_field_set_property;
  for (guint i = 0; i < table->n_fields; i++)
    table->props[i + 1] = vz_field_make_pspec (&table->fields[i]);
  g_object_class_install_properties (object_class, table->n_fields + 1, table->props);
}

const VzFieldTable *
vz_config_get_table (VzConfig *self)
{
  return VZ_CONFIG_GET_CLASS (self)->table;
}

const VzField *
vz_config_class_get_fields (VzConfigClass *klass, guint *ret_n_fields)
{
  const VzFieldTable *table = klass->table;

  *ret_n_fields = table != NULL ? table->n_fields : 0;
  return table != NULL ? table->fields : NULL;
}

const VzField *
vz_config_find_field (VzConfig *self, const char *name)
{
  const VzFieldTable *table = vz_config_get_table (self);

  for (guint i = 0; table != NULL && i < table->n_fields; i++)
    if (strcmp (table->fields[i].name, name) == 0)
      return &table->fields[i];
  return NULL;
}

/* The row that JSON and texts call @name, and the object that contains it: @self, or one inlined in
 * it. */
const VzField *
vz_config_find_inline (VzConfig **self, const char *name)
{
  const VzFieldTable *table = vz_config_get_table (*self);

  for (guint i = 0; table != NULL && i < table->n_fields; i++)
    if (table->fields[i].flags & VZ_FIELD_INLINE)
      {
        VzConfig *inside = vz_field_get_pointer (*self, &table->fields[i]);
        const VzField *field = vz_config_find_inline (&inside, name);

        if (field != NULL)
          {
            *self = inside;
            return field;
          }
      }
    else if (strcmp (table->fields[i].name, name) == 0)
      {
        return &table->fields[i];
      }
  return NULL;
}

/* The row whose value lies at @offset in the instance. */
const VzField *
vz_config_get_field_at (VzConfig *self, goffset offset)
{
  const VzFieldTable *table = vz_config_get_table (self);

  for (guint i = 0; i < table->n_fields; i++)
    if (table->fields[i].offset == offset)
      return &table->fields[i];
  g_assert_not_reached ();
}

gpointer
vz_config_get_unknown (VzConfig *self)
{
  VzConfigPrivate *priv = vz_config_get_instance_private (self);

  return priv->unknown;
}

void
vz_config_set_unknown (VzConfig *self, gpointer json_object)
{
  VzConfigPrivate *priv = vz_config_get_instance_private (self);

  g_clear_pointer (&priv->unknown, json_object_unref);
  priv->unknown = json_object != NULL ? json_object_ref (json_object) : NULL;
}

static void
copy_field (VzConfig *self, VzConfig *copy, const VzField *field)
{
  gpointer value;

  switch (field->kind)
    {
    case VZ_KIND_BOOL:
    case VZ_KIND_UINT:
    case VZ_KIND_UINT64:
    case VZ_KIND_ENUM:
      vz_field_set_number (copy, field, vz_field_get_number (self, field));
      break;
    case VZ_KIND_STRING:
      vz_field_set_string (copy, field, vz_field_get_pointer (self, field));
      break;
    case VZ_KIND_VALUE:
      vz_field_set_object (copy, field, vz_field_get_pointer (self, field));
      break;
    case VZ_KIND_OBJECT:
      value = vz_field_get_pointer (self, field);
      value = value != NULL ? vz_config_copy (value) : NULL;
      vz_field_set_object (copy, field, value);
      g_clear_object (&value);
      break;
    case VZ_KIND_ARRAY:
      {
        GPtrArray *array = vz_field_get_pointer (self, field);
        g_autoptr (GPtrArray) elements = vz_field_new_elements ();

        for (guint i = 0; i < array->len; i++)
          g_ptr_array_add (elements,
                           array->pdata[i] != NULL ? vz_config_copy (array->pdata[i]) : NULL);
        vz_field_set_array (copy, field, elements);
        break;
      }
    case N_VZ_KINDS:
      g_assert_not_reached ();
    }
}

/**
 * vz_config_copy:
 * @self: a configuration object
 *
 * Makes a deep copy: configuration objects inside are copied too, while immutable values (a MAC
 * address, a machine identifier, an open file) are shared.
 *
 * Returns: (transfer full): the copy, of the same class
 */
VzConfig *
vz_config_copy (VzConfig *self)
{
  const VzFieldTable *table;
  VzConfig *copy;

  g_return_val_if_fail (VZ_IS_CONFIG (self), NULL);
  table = vz_config_get_table (self);
  copy = g_object_new (G_OBJECT_TYPE (self), NULL);
  for (guint i = 0; i < table->n_fields; i++)
    copy_field (self, copy, &table->fields[i]);
  vz_config_set_unknown (copy, vz_config_get_unknown (self));
  if (table->copied != NULL)
    table->copied (self, copy);
  return copy;
}

static gboolean
objects_equal (VzConfig *a, VzConfig *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return vz_config_equal (a, b);
}

static gboolean
arrays_equal (GPtrArray *a, GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!objects_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}

static gboolean
fields_equal (VzConfig *self, VzConfig *other, const VzField *field)
{
  gpointer a, b;

  if (field->kind <= VZ_KIND_ENUM)
    return vz_field_get_number (self, field) == vz_field_get_number (other, field);
  a = vz_field_get_pointer (self, field);
  b = vz_field_get_pointer (other, field);
  switch (field->kind)
    {
    case VZ_KIND_STRING:
      return g_strcmp0 (a, b) == 0;
    case VZ_KIND_OBJECT:
      return objects_equal (a, b);
    case VZ_KIND_VALUE:
      if (a == b || a == NULL || b == NULL || field->value == NULL || field->value->equal == NULL)
        return a == b;
      return field->value->equal (a, b);
    case VZ_KIND_ARRAY:
      return arrays_equal (a, b);
    case VZ_KIND_BOOL:
    case VZ_KIND_UINT:
    case VZ_KIND_UINT64:
    case VZ_KIND_ENUM:
    case N_VZ_KINDS:
      break;
    }
  g_assert_not_reached ();
}

static gboolean
unknown_equal (VzConfig *self, VzConfig *other)
{
  JsonObject *a = vz_config_get_unknown (self);
  JsonObject *b = vz_config_get_unknown (other);
  g_autoptr (JsonNode) node_a = NULL;
  g_autoptr (JsonNode) node_b = NULL;

  if (a == b || a == NULL || b == NULL)
    return a == b;
  node_a = json_node_init_object (json_node_alloc (), a);
  node_b = json_node_init_object (json_node_alloc (), b);
  return json_node_equal (node_a, node_b);
}

/**
 * vz_config_equal:
 * @self: a configuration object
 * @other: the object to compare it with
 *
 * Compares classes, all properties in depth, and the unknown keys kept from JSON.
 *
 * Returns: whether both have the same meaning
 */
gboolean
vz_config_equal (VzConfig *self, VzConfig *other)
{
  const VzFieldTable *table;

  g_return_val_if_fail (VZ_IS_CONFIG (self), FALSE);
  g_return_val_if_fail (VZ_IS_CONFIG (other), FALSE);
  if (self == other)
    return TRUE;
  if (G_OBJECT_TYPE (self) != G_OBJECT_TYPE (other))
    return FALSE;
  table = vz_config_get_table (self);
  for (guint i = 0; i < table->n_fields; i++)
    if (!fields_equal (self, other, &table->fields[i]))
      return FALSE;
  return unknown_equal (self, other);
}

static void
resolve_field (VzConfig *self, const VzField *field, const char *base_dir)
{
  gpointer value = vz_field_get_pointer (self, field);
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;

  if (value == NULL)
    return;
  text = field->kind == VZ_KIND_STRING ? g_strdup (value) : field->value->to_text (value);
  if (text == NULL || *text == '\0' || g_path_is_absolute (text))
    return;
  path = g_build_filename (base_dir, text, NULL);
  if (field->kind == VZ_KIND_STRING)
    {
      vz_field_set_string (self, field, path);
    }
  else
    {
      g_autoptr (GObject) resolved = field->value->from_text (path, NULL);

      if (resolved != NULL)
        vz_field_set_object (self, field, resolved);
    }
}

/**
 * vz_config_resolve_paths:
 * @self: a configuration object
 * @base_dir: (type filename): an absolute directory, that of the bundle
 *
 * Makes every relative path in @self and the objects in it absolute, relative to @base_dir.
 */
void
vz_config_resolve_paths (VzConfig *self, const char *base_dir)
{
  const VzFieldTable *table;

  g_return_if_fail (VZ_IS_CONFIG (self));
  g_return_if_fail (base_dir != NULL);
  table = vz_config_get_table (self);
  for (guint i = 0; i < table->n_fields; i++)
    {
      const VzField *field = &table->fields[i];

      if (field->flags & VZ_FIELD_PATH)
        resolve_field (self, field, base_dir);
      if (field->kind == VZ_KIND_OBJECT && vz_field_get_pointer (self, field) != NULL)
        vz_config_resolve_paths (vz_field_get_pointer (self, field), base_dir);
      if (field->kind == VZ_KIND_ARRAY)
        {
          GPtrArray *array = vz_field_get_pointer (self, field);

          for (guint n = 0; n < array->len; n++)
            if (array->pdata[n] != NULL)
              vz_config_resolve_paths (array->pdata[n], base_dir);
        }
    }
}
