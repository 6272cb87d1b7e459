/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/catalog/vz-catalog-source.h"

#include "foundation/file/vz-file.h"
#include "foundation/file/vz-paths.h"
#include "foundation/vz-fail.h"
#include "image/manifest/vz-image-product.h"

#include <string.h>

/* How this works
 *
 * Files "*.conf" of three directories, the last of which counts most: vz's own, the system's, the
 * user's. A file hides those of the same name in earlier directories; "Enabled=false" is how a
 * catalog of vz's own is switched off. The order of the names, whatever their directories, is the
 * order of the catalogs. */

#define DIRECTORY "catalogs.d"
#define SUFFIX ".conf"
#define GROUP "Catalog"
#define FILE_SIZE_MAX (64 * 1024)
#define FILES_MAX 256

void
vz_catalog_source_free (VzCatalogSource *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self->location);
  g_strfreev (self->products);
  g_free (self);
}

static GKeyFile *
read_key_file (const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GBytes) bytes = vz_file_read (path, FILE_SIZE_MAX, error);
  g_autoptr (GError) local = NULL;

  if (bytes == NULL)
    return NULL;
  if (!g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_NONE, &local))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "'%s': %s", path, local->message);
  return g_steal_pointer (&file);
}

/* A misspelt key would otherwise have no effect, and nobody would know why. */
static gboolean
check_keys (GKeyFile *file, const char *path, GError **error)
{
  static const char *const known[] = { "URL", "Products", "Enabled", NULL };
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, NULL, NULL);

  if (keys == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s': it has no group [%s]", path, GROUP);
  for (guint i = 0; keys[i] != NULL; i++)
    if (!g_strv_contains (known, keys[i]))
      return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                      "'%s': '%s' found, URL, Products and Enabled are allowed", path, keys[i]);
  return TRUE;
}

/* A path is relative to the file that names it. */
static char *
make_location (const char *path, const char *text)
{
  g_autofree char *directory = g_path_get_dirname (path);

  if (g_uri_peek_scheme (text) != NULL)
    return g_strdup (text);
  return g_canonicalize_filename (text, directory);
}

/* FALSE with @error; TRUE and no source where it is switched off. */
static gboolean
read_source (const char *path, VzCatalogSource **ret_source, GError **error)
{
  g_autoptr (VzCatalogSource) self = g_new0 (VzCatalogSource, 1);
  g_autoptr (GKeyFile) file = read_key_file (path, error);
  g_autoptr (GError) local = NULL;
  g_autofree char *url = NULL;

  if (file == NULL || !check_keys (file, path, error))
    return FALSE;
  if (g_key_file_has_key (file, GROUP, "Enabled", NULL) &&
      !g_key_file_get_boolean (file, GROUP, "Enabled", &local) && local == NULL)
    return TRUE;
  if (local != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s': Enabled: %s", path, local->message);
  url = g_key_file_get_string (file, GROUP, "URL", NULL);
  if (url == NULL || *url == '\0')
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s': URL: it is missing", path);
  self->path = g_strdup (path);
  self->location = make_location (path, url);
  self->products = g_key_file_get_string_list (file, GROUP, "Products", NULL, NULL);
  *ret_source = g_steal_pointer (&self);
  return TRUE;
}

static void
add_files (GHashTable *files, const char *folder)
{
  g_autofree char *directory = g_build_filename (folder, DIRECTORY, NULL);
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

GPtrArray *
vz_catalog_source_list (GStrvBuilder *notes)
{
  GPtrArray *sources = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_catalog_source_free);
  g_autoptr (GHashTable) files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *own = g_build_filename (g_get_user_config_dir (), "vz", NULL);
  g_autoptr (GList) names = NULL;

  add_files (files, vz_get_data_directory ());
  add_files (files, vz_get_system_configuration_directory ());
  add_files (files, own);
  names = g_list_sort (g_hash_table_get_keys (files), compare_names);
  for (GList *name = names; name != NULL; name = name->next)
    {
      VzCatalogSource *source = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *note = NULL;

      if (read_source (g_hash_table_lookup (files, name->data), &source, &error))
        {
          if (source != NULL)
            g_ptr_array_add (sources, source);
          continue;
        }
      note = g_strdup_printf ("catalog skipped: %s", error->message);
      g_strv_builder_add (notes, note);
    }
  return sources;
}

static gboolean
may_have_product (const VzCatalogSource *self, const char *product)
{
  for (guint i = 0; self->products[i] != NULL; i++)
    if (g_pattern_match_simple (self->products[i], product))
      return TRUE;
  return FALSE;
}

gboolean
vz_catalog_source_may_have (const VzCatalogSource *self, const VzCatalogName *name)
{
  if (self->products == NULL || name->kind == VZ_CATALOG_NAME_VERSION)
    return TRUE;
  if (name->kind == VZ_CATALOG_NAME_PRODUCT)
    return may_have_product (self, name->word);
  for (const VzImageProduct *product = vz_image_product_list (); product->product_type != NULL;
       product++)
    if (may_have_product (self, product->product_type))
      return TRUE;
  return FALSE;
}
