/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/config/vz-field.h"

/* One row's value: default, get, set with notify, clear. */

static const gsize kind_sizes[] = {
  [VZ_KIND_BOOL] = sizeof (gboolean),  [VZ_KIND_UINT] = sizeof (guint),
  [VZ_KIND_UINT64] = sizeof (guint64), [VZ_KIND_ENUM] = sizeof (int),
  [VZ_KIND_STRING] = sizeof (char *),  [VZ_KIND_OBJECT] = sizeof (gpointer),
  [VZ_KIND_VALUE] = sizeof (gpointer), [VZ_KIND_ARRAY] = sizeof (GPtrArray *),
};
_Static_assert(G_N_ELEMENTS (kind_sizes) == N_VZ_KINDS, "every kind has a size");

static void
unref_element (gpointer element)
{
  g_clear_object (&element);
}

/* An array that owns its elements, some of which may be NULL. */
GPtrArray *
vz_field_new_elements (void)
{
  return g_ptr_array_new_with_free_func (unref_element);
}

void
vz_field_init (VzConfig *self, const VzField *field)
{
  g_assert (field->size == kind_sizes[field->kind]);
  switch (field->kind)
    {
    case VZ_KIND_BOOL:
    case VZ_KIND_UINT:
    case VZ_KIND_ENUM:
      *VZ_FIELD_AT (self, field, guint) = (guint) field->def;
      break;
    case VZ_KIND_UINT64:
      *VZ_FIELD_AT (self, field, guint64) = field->def;
      break;
    case VZ_KIND_STRING:
      *VZ_FIELD_AT (self, field, char *) = g_strdup (field->text);
      break;
    case VZ_KIND_ARRAY:
      *VZ_FIELD_AT (self, field, GPtrArray *) = vz_field_new_elements ();
      break;
    case VZ_KIND_OBJECT:
      if (field->flags & VZ_FIELD_INLINE)
        *VZ_FIELD_AT (self, field, gpointer) = g_object_new (field->type (), NULL);
      break;
    case VZ_KIND_VALUE:
    case N_VZ_KINDS:
      break; /* NULL, as the instance comes zeroed */
    }
}

void
vz_field_clear (VzConfig *self, const VzField *field)
{
  switch (field->kind)
    {
    case VZ_KIND_STRING:
      g_clear_pointer (VZ_FIELD_AT (self, field, char *), g_free);
      break;
    case VZ_KIND_OBJECT:
    case VZ_KIND_VALUE:
      g_clear_object (VZ_FIELD_AT (self, field, GObject *));
      break;
    case VZ_KIND_ARRAY:
      g_clear_pointer (VZ_FIELD_AT (self, field, GPtrArray *), g_ptr_array_unref);
      break;
    case VZ_KIND_BOOL:
    case VZ_KIND_UINT:
    case VZ_KIND_UINT64:
    case VZ_KIND_ENUM:
    case N_VZ_KINDS:
      break;
    }
}

static void
notify (VzConfig *self, const VzField *field)
{
  const VzFieldTable *table = vz_config_get_table (self);

  g_object_notify_by_pspec (G_OBJECT (self), table->props[field - table->fields + 1]);
}

/* The value of a bool, uint, uint64 or enum row. */
guint64
vz_field_get_number (VzConfig *self, const VzField *field)
{
  if (field->kind == VZ_KIND_UINT64)
    return *VZ_FIELD_AT (self, field, guint64);
  return *VZ_FIELD_AT (self, field, guint);
}

void
vz_field_set_number (VzConfig *self, const VzField *field, guint64 value)
{
  if (field->kind == VZ_KIND_BOOL)
    value = value != 0;
  if (vz_field_get_number (self, field) == value)
    return;
  if (field->kind == VZ_KIND_UINT64)
    *VZ_FIELD_AT (self, field, guint64) = value;
  else
    *VZ_FIELD_AT (self, field, guint) = (guint) value;
  notify (self, field);
}

/* The value of a string, object, value or array row, borrowed. */
gpointer
vz_field_get_pointer (VzConfig *self, const VzField *field)
{
  g_return_val_if_fail (field != NULL, NULL);
  return *VZ_FIELD_AT (self, field, gpointer);
}

void
vz_field_set_string (VzConfig *self, const VzField *field, const char *value)
{
  char **slot = VZ_FIELD_AT (self, field, char *);

  if (value == NULL)
    value = field->text;
  if (g_strcmp0 (*slot, value) == 0)
    return;
  g_free (*slot);
  *slot = g_strdup (value);
  notify (self, field);
}

void
vz_field_set_object (VzConfig *self, const VzField *field, gpointer value)
{
  g_return_if_fail (field != NULL);
  g_return_if_fail (value == NULL || G_TYPE_CHECK_INSTANCE_TYPE (value, field->type ()));
  if (value == NULL && (field->flags & VZ_FIELD_INLINE))
    {
      g_autoptr (GObject) empty = g_object_new (field->type (), NULL);

      vz_field_set_object (self, field, empty);
      return;
    }
  if (g_set_object (VZ_FIELD_AT (self, field, GObject *), value))
    notify (self, field);
}

static gboolean
same_elements (GPtrArray *a, GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (a->pdata[i] != b->pdata[i])
      return FALSE;
  return TRUE;
}

/* The array is copied and its elements are shared, so changing the caller's array later has no
 * effect. An element of the wrong type is a programming error and rejects the whole array. Holes at
 * the end carry no information and are dropped. */
void
vz_field_set_array (VzConfig *self, const VzField *field, GPtrArray *value)
{
  GPtrArray **slot = VZ_FIELD_AT (self, field, GPtrArray *);
  g_autoptr (GPtrArray) copy = vz_field_new_elements ();
  guint length = value != NULL ? value->len : 0;

  while (length > 0 && (field->flags & VZ_FIELD_HOLES) && value->pdata[length - 1] == NULL)
    length--;
  for (guint i = 0; i < length; i++)
    {
      gpointer element = value->pdata[i];
      gboolean is_hole = element == NULL && (field->flags & VZ_FIELD_HOLES);

      g_return_if_fail (is_hole || G_TYPE_CHECK_INSTANCE_TYPE (element, field->type ()));
      g_ptr_array_add (copy, is_hole ? NULL : g_object_ref (element));
    }
  if (same_elements (*slot, copy))
    return;
  g_ptr_array_unref (*slot);
  *slot = g_steal_pointer (&copy);
  notify (self, field);
}

static const VzField *
field_of_pspec (GParamSpec *pspec, guint id)
{
  VzConfigClass *klass = g_type_class_peek (pspec->owner_type);
  const VzFieldTable *table = klass->table;

  g_assert (id >= 1 && id <= table->n_fields);
  return &table->fields[id - 1];
}

void
vz_field_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VzConfig *self = VZ_CONFIG (object);
  const VzField *field = field_of_pspec (pspec, id);

  switch (field->kind)
    {
    case VZ_KIND_BOOL:
      g_value_set_boolean (value, (gboolean) vz_field_get_number (self, field));
      break;
    case VZ_KIND_UINT:
      g_value_set_uint (value, (guint) vz_field_get_number (self, field));
      break;
    case VZ_KIND_UINT64:
      g_value_set_uint64 (value, vz_field_get_number (self, field));
      break;
    case VZ_KIND_ENUM:
      g_value_set_enum (value, (int) vz_field_get_number (self, field));
      break;
    case VZ_KIND_STRING:
      g_value_set_string (value, vz_field_get_pointer (self, field));
      break;
    case VZ_KIND_OBJECT:
    case VZ_KIND_VALUE:
      g_value_set_object (value, vz_field_get_pointer (self, field));
      break;
    case VZ_KIND_ARRAY:
      g_value_set_boxed (value, vz_field_get_pointer (self, field));
      break;
    case N_VZ_KINDS:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

void
vz_field_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  VzConfig *self = VZ_CONFIG (object);
  const VzField *field = field_of_pspec (pspec, id);

  switch (field->kind)
    {
    case VZ_KIND_BOOL:
      vz_field_set_number (self, field, (guint64) g_value_get_boolean (value));
      break;
    case VZ_KIND_UINT:
      vz_field_set_number (self, field, g_value_get_uint (value));
      break;
    case VZ_KIND_UINT64:
      vz_field_set_number (self, field, g_value_get_uint64 (value));
      break;
    case VZ_KIND_ENUM:
      vz_field_set_number (self, field, (guint64) g_value_get_enum (value));
      break;
    case VZ_KIND_STRING:
      vz_field_set_string (self, field, g_value_get_string (value));
      break;
    case VZ_KIND_OBJECT:
    case VZ_KIND_VALUE:
      vz_field_set_object (self, field, g_value_get_object (value));
      break;
    case VZ_KIND_ARRAY:
      vz_field_set_array (self, field, g_value_get_boxed (value));
      break;
    case N_VZ_KINDS:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* The range is that of the type: GObject drops a value outside a GParamSpec's range with only a
 * warning, while validate() reports it. */
GParamSpec *
vz_field_make_pspec (const VzField *field)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  switch (field->kind)
    {
    case VZ_KIND_BOOL:
      return g_param_spec_boolean (field->name, NULL, field->doc, (gboolean) field->def, flags);
    case VZ_KIND_UINT:
      return g_param_spec_uint (field->name, NULL, field->doc, 0, G_MAXUINT, (guint) field->def,
                                flags);
    case VZ_KIND_UINT64:
      return g_param_spec_uint64 (field->name, NULL, field->doc, 0, G_MAXUINT64, field->def, flags);
    case VZ_KIND_ENUM:
      return g_param_spec_enum (field->name, NULL, field->doc, field->type (), (int) field->def,
                                flags);
    case VZ_KIND_STRING:
      return g_param_spec_string (field->name, NULL, field->doc, field->text, flags);
    case VZ_KIND_OBJECT:
    case VZ_KIND_VALUE:
      return g_param_spec_object (field->name, NULL, field->doc, field->type (), flags);
    case VZ_KIND_ARRAY:
      return g_param_spec_boxed (field->name, NULL, field->doc, G_TYPE_PTR_ARRAY, flags);
    case N_VZ_KINDS:
      break;
    }
  g_assert_not_reached ();
}
