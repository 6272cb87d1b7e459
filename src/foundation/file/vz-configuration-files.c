/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-configuration-files.h"

#include "foundation/file/vz-paths.h"

#include <string.h>

#define SUFFIX ".conf"
#define FILES_MAX 256

static void
add_files (GHashTable *files, const char *place, const char *folder)
{
  g_autofree char *directory = g_build_filename (place, folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL &&
         g_hash_table_size (files) < FILES_MAX)
    if (g_str_has_suffix (name, SUFFIX) && name[0] != '.')
      g_hash_table_replace (files, g_strdup (name), g_build_filename (directory, name, NULL));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

GStrv
vz_configuration_files_list (const char *folder)
{
  g_autoptr (GHashTable) files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *own = g_build_filename (g_get_user_config_dir (), "vz", NULL);
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  g_autoptr (GList) names = NULL;

  add_files (files, vz_get_data_directory (), folder);
  add_files (files, vz_get_system_configuration_directory (), folder);
  add_files (files, own, folder);
  names = g_list_sort (g_hash_table_get_keys (files), compare_names);
  for (GList *name = names; name != NULL; name = name->next)
    g_strv_builder_add (paths, g_hash_table_lookup (files, name->data));
  return g_strv_builder_end (paths);
}
