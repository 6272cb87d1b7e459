/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/catalog/vz-catalog-source.h"

#include "foundation/file/vz-configuration-files.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "image/manifest/vz-image-product.h"

#include <string.h>

/* How this works
 *
 * The order of the files, described in foundation/file/vz-configuration-files.h, is the order of
 * the catalogs. To disable one of vz's own, hide its file with one that says "Enabled=false". */

#define DIRECTORY "catalogs.d"
#define GROUP "Catalog"
#define FILE_SIZE_MAX (64 * 1024)

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
    return vz_fail_because_null (error, VZ_ERROR_INVALID_ARGUMENT, local, "'%s'", path);
  return g_steal_pointer (&file);
}

/* Otherwise a misspelt key would silently have no effect. */
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
                      "'%s': '%s' found, must be URL, Products or Enabled", path, keys[i]);
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

/* FALSE with @error; TRUE without a source if it is disabled. */
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
    return vz_fail_because (error, VZ_ERROR_INVALID_ARGUMENT, local, "'%s': Enabled", path);
  url = g_key_file_get_string (file, GROUP, "URL", NULL);
  if (url == NULL || *url == '\0')
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s': URL: it is missing", path);
  self->path = g_strdup (path);
  self->location = make_location (path, url);
  self->products = g_key_file_get_string_list (file, GROUP, "Products", NULL, NULL);
  *ret_source = g_steal_pointer (&self);
  return TRUE;
}

GPtrArray *
vz_catalog_source_list (GStrvBuilder *notes)
{
  GPtrArray *sources = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_catalog_source_free);
  g_auto (GStrv) paths = vz_configuration_files_list (DIRECTORY);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      VzCatalogSource *source = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *note = NULL;

      if (read_source (paths[i], &source, &error))
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
