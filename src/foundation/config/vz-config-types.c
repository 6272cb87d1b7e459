/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/config/vz-field.h"

/* The classes that a text may name. A GType can be looked up by name only after its get_type has
 * run, so every part lists its classes here; abstract parents may be included. */

static VzConfigTypes *lists;

void
vz_config_add_types (VzConfigTypes *types)
{
  types->next = lists;
  lists = types;
}

/**
 * vz_config_list_types:
 * @ret_n_types: (out): the number of classes
 *
 * Lists all configuration classes that can be instantiated, for reference pages and tests.
 *
 * Returns: (transfer container) (array length=ret_n_types): the classes
 */
GType *
vz_config_list_types (guint *ret_n_types)
{
  GArray *types = g_array_new (TRUE, TRUE, sizeof (GType));

  g_return_val_if_fail (ret_n_types != NULL, NULL);
  for (VzConfigTypes *list = lists; list != NULL; list = list->next)
    for (guint i = 0; i < list->n_types; i++)
      {
        GType type = list->types[i]();

        if (!G_TYPE_IS_ABSTRACT (type))
          g_array_append_val (types, type);
      }
  *ret_n_types = types->len;
  return (GType *) g_array_free (types, FALSE);
}

/* The class called @name, or G_TYPE_INVALID; never an abstract one or one that is not a
 * VzConfig. */
GType
vz_config_type_from_name (const char *name)
{
  guint n_types;
  g_autofree GType *types = vz_config_list_types (&n_types);

  for (guint i = 0; i < n_types; i++)
    if (strcmp (g_type_name (types[i]), name) == 0)
      return types[i];
  return G_TYPE_INVALID;
}
