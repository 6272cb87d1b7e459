/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/catalog/vz-catalog-reader.h"

#include "foundation/vz-fail.h"
#include "image/catalog/vz-catalog-entry-private.h"
#include "image/manifest/vz-image-product.h"
#include "image/manifest/vz-plist-reader.h"

#include <string.h>

/* How this works
 *
 * A catalog has the schema of Apple's com_apple_macOSIPSW.xml:
 *
 *   MobileDeviceSoftwareVersionsByVersion > "1" > MobileDeviceSoftwareVersions > product > build >
 *     Restore
 *
 * Besides the builds of a product there may be "Unknown", with one more level, "Universal": the
 * same image for callers that do not know the build. A build without Restore has SameAs, which
 * names another build, or Update; neither adds an image. FirmwareSHA1 is missing where it matters
 * most, for the virtual Mac, but another product with the same FirmwareURL has it.
 *
 * FirmwareSHA256, FirmwareSize and ProductName are ours, and all optional. */

#define VERSIONS_MAX 64
#define PRODUCTS_MAX 1024
#define BUILDS_MAX 1024
#define ENTRIES_MAX 65536
#define URL_MAX 2048
#define TEXT_MAX 128
#define SHA1_DIGITS 40
#define SHA256_DIGITS 64
#define fail(error, ...) vz_fail ((error), VZ_ERROR_INVALID_RESTORE_IMAGE, __VA_ARGS__)

typedef struct {
  const char *location;
  const char *name;
  GPtrArray *entries; /* of VzCatalogEntry */
  const char *product; /* current position; borrowed */
  const char *build;
} Reader;

/* An empty text counts as missing: Apple writes keys without a value. */
static gboolean
get_text (plist_t restore, const char *key, gsize limit, VzPlistNeed need, char **ret_text,
          GError **error)
{
  g_autofree char *text = NULL;

  if (!vz_plist_reader_get_string (restore, key, limit, need, &text, error))
    return FALSE;
  if (need == VZ_PLIST_REQUIRED && *text == '\0')
    return fail (error, "%s: it is empty", key);
  if (text != NULL && *text != '\0')
    *ret_text = g_steal_pointer (&text);
  return TRUE;
}

static gboolean
get_digest (plist_t restore, const char *key, gsize digits, char **ret_digest, GError **error)
{
  g_autofree char *text = NULL;

  if (!get_text (restore, key, TEXT_MAX, VZ_PLIST_OPTIONAL, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (strlen (text) != digits || strspn (text, "0123456789abcdefABCDEF") != digits)
    return fail (error, "%s: '%s' found, %u hex digits allowed", key, text, (guint) digits);
  *ret_digest = g_ascii_strdown (text, -1);
  return TRUE;
}

static gboolean
get_url (const Reader *self, plist_t restore, char **ret_url, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;

  if (!get_text (restore, "FirmwareURL", URL_MAX, VZ_PLIST_REQUIRED, &text, error))
    return FALSE;
  if (g_uri_peek_scheme (text) != NULL)
    *ret_url = g_steal_pointer (&text);
  else
    *ret_url = g_uri_resolve_relative (self->location, text, G_URI_FLAGS_ENCODED, &local);
  if (*ret_url == NULL)
    return fail (error, "FirmwareURL: '%s' found, which is not an address (%s)", text,
                 local->message);
  return TRUE;
}

/* A catalog from elsewhere may not refer to files of this host. */
static gboolean
can_fetch (const Reader *self, const char *url)
{
  const char *scheme = g_uri_peek_scheme (url);

  if (g_strcmp0 (scheme, "file") == 0)
    return g_strcmp0 (g_uri_peek_scheme (self->location), "file") == 0;
  return g_strcmp0 (scheme, "https") == 0 || g_strcmp0 (scheme, "http") == 0 ||
         g_strcmp0 (scheme, "compose") == 0;
}

static GStrv
judge (const Reader *self, const VzCatalogEntry *entry)
{
  g_autoptr (GStrvBuilder) reasons = g_strv_builder_new ();
  g_auto (GStrv) product = vz_image_product_dup_unsupported_reasons (entry->product);
  g_autofree char *address = NULL;

  g_strv_builder_addv (reasons, (const char **) product);
  if (!can_fetch (self, entry->url))
    {
      address = g_strdup_printf ("vz does not fetch from the address '%s'", entry->url);
      g_strv_builder_add (reasons, address);
    }
  return g_strv_builder_end (reasons);
}

static gboolean
read_restore (plist_t restore, Reader *self, GError **error)
{
  g_autoptr (VzCatalogEntry) entry = vz_catalog_entry_new ();

  if (self->entries->len >= ENTRIES_MAX)
    return fail (error, "it has more than %d images", ENTRIES_MAX);
  if (!get_url (self, restore, &entry->url, error) ||
      !get_text (restore, "ProductVersion", TEXT_MAX, VZ_PLIST_REQUIRED, &entry->product_version,
                 error) ||
      !get_text (restore, "BuildVersion", TEXT_MAX, VZ_PLIST_OPTIONAL, &entry->build_version,
                 error) ||
      !get_text (restore, "ProductName", TEXT_MAX, VZ_PLIST_OPTIONAL, &entry->operating_system,
                 error) ||
      !get_digest (restore, "FirmwareSHA1", SHA1_DIGITS, &entry->sha1, error) ||
      !get_digest (restore, "FirmwareSHA256", SHA256_DIGITS, &entry->sha256, error) ||
      !vz_plist_reader_get_uint (restore, "FirmwareSize", 1, G_MAXINT64, VZ_PLIST_OPTIONAL,
                                 &entry->size, error))
    return FALSE;
  if (*self->product == '\0' || *self->build == '\0')
    return fail (error, "a product or build without a name is not allowed");
  entry->product = g_strdup (self->product);
  if (entry->build_version == NULL)
    entry->build_version = g_strdup (self->build);
  if (entry->operating_system == NULL)
    entry->operating_system = g_strdup (vz_image_product_get_operating_system (entry->product));
  entry->unsupported_reasons = judge (self, entry);
  entry->catalog = g_strdup (self->name);
  g_ptr_array_add (self->entries, g_steal_pointer (&entry));
  return TRUE;
}

/* "Universal", below "Unknown". */
static gboolean
read_universal (const char *key, plist_t value, gpointer data, GError **error)
{
  plist_t restore = NULL;

  if (plist_get_node_type (value) != PLIST_DICT)
    return TRUE;
  return vz_plist_reader_get_node (value, "Restore", PLIST_DICT, VZ_PLIST_OPTIONAL, &restore,
                                   error) &&
         (restore == NULL || read_restore (restore, data, error));
}

static gboolean
read_build (const char *key, plist_t value, gpointer data, GError **error)
{
  Reader *self = data;
  plist_t restore = NULL;

  self->build = key;
  if (plist_get_node_type (value) != PLIST_DICT)
    return fail (error, "it is not a dictionary");
  if (g_str_equal (key, "Unknown"))
    return vz_plist_reader_for_each (value, BUILDS_MAX, read_universal, self, error);
  return vz_plist_reader_get_node (value, "Restore", PLIST_DICT, VZ_PLIST_OPTIONAL, &restore,
                                   error) &&
         (restore == NULL || read_restore (restore, self, error));
}

static gboolean
read_product (const char *key, plist_t value, gpointer data, GError **error)
{
  Reader *self = data;

  self->product = key;
  return vz_plist_reader_for_each (value, BUILDS_MAX, read_build, self, error);
}

static gboolean
read_version (const char *key, plist_t value, gpointer data, GError **error)
{
  plist_t products = NULL;

  if (plist_get_node_type (value) != PLIST_DICT)
    return fail (error, "it is not a dictionary");
  return vz_plist_reader_get_node (value, "MobileDeviceSoftwareVersions", PLIST_DICT,
                                   VZ_PLIST_OPTIONAL, &products, error) &&
         (products == NULL ||
          vz_plist_reader_for_each (products, PRODUCTS_MAX, read_product, data, error));
}

static gboolean
read_root (plist_t root, Reader *self, GError **error)
{
  plist_t versions;

  return vz_plist_reader_get_node (root, "MobileDeviceSoftwareVersionsByVersion", PLIST_DICT,
                                   VZ_PLIST_REQUIRED, &versions, error) &&
         vz_plist_reader_for_each (versions, VERSIONS_MAX, read_version, self, error);
}

/* One file has the same digest for every product. If products disagree on a digest, none is applied
 * to others. */
static void
share_digests (GPtrArray *entries)
{
  g_autoptr (GHashTable) digests = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < entries->len; i++)
    {
      const VzCatalogEntry *entry = g_ptr_array_index (entries, i);
      const char *known = g_hash_table_lookup (digests, entry->url);

      if (entry->sha1 == NULL)
        continue;
      if (known != NULL && !g_str_equal (known, entry->sha1))
        g_hash_table_insert (digests, entry->url, (gpointer) "");
      else
        g_hash_table_insert (digests, entry->url, entry->sha1);
    }
  for (guint i = 0; i < entries->len; i++)
    {
      VzCatalogEntry *entry = g_ptr_array_index (entries, i);
      const char *known = g_hash_table_lookup (digests, entry->url);

      if (entry->sha1 == NULL && known != NULL && *known != '\0')
        entry->sha1 = g_strdup (known);
    }
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  return vz_catalog_entry_compare (*(const VzCatalogEntry *const *) a,
                                   *(const VzCatalogEntry *const *) b);
}

void
vz_catalog_merge (GPtrArray *entries)
{
  guint kept = 0;

  g_ptr_array_sort (entries, compare_entries); /* stable, so the first one stays first */
  for (guint i = 0; i < entries->len; i++)
    {
      VzCatalogEntry *entry = g_ptr_array_index (entries, i);
      VzCatalogEntry *last = kept > 0 ? g_ptr_array_index (entries, kept - 1) : NULL;

      if (last != NULL && vz_catalog_entry_is_same (last, entry))
        {
          vz_catalog_entry_complete (last, entry);
          continue;
        }
      entries->pdata[i] = entries->pdata[kept];
      entries->pdata[kept++] = entry;
    }
  g_ptr_array_set_size (entries, (gint) kept);
}

GPtrArray *
vz_catalog_read (GBytes *bytes, const char *location, const char *name, GError **error)
{
  g_autoptr (GPtrArray)
    entries = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_catalog_entry_unref);
  g_autoptr (GError) local = NULL;
  Reader reader = { location, name, entries, NULL, NULL };
  plist_t root = vz_plist_reader_parse_xml (bytes, VZ_CATALOG_SIZE_MAX, &local);
  gboolean good = root != NULL && read_root (root, &reader, &local);

  plist_free (root);
  if (!good)
    return vz_fail_null (error, VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG, "catalog '%s': %s", name,
                         local->message);
  share_digests (entries);
  vz_catalog_merge (entries);
  return g_steal_pointer (&entries);
}
