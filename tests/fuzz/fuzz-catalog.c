/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/catalog/vz-catalog-private.h"
#include "image/catalog/vz-catalog-reader.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A catalog from a server, and whatever is looked up in it. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const names[] = { "latest", "macos", "linux", "debian@13", "26", "25D2128" };
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  GPtrArray *entries = vz_catalog_read (bytes, "https://images.example/c.xml", "c.xml", &error);
  g_autoptr (VzCatalog) catalog = NULL;

  g_assert_true ((entries != NULL) == (error == NULL));
  if (entries == NULL)
    return 0;
  catalog = vz_catalog_new (entries, g_new0 (char *, 1));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) missing = NULL;
      g_autoptr (VzCatalogEntry) entry = vz_catalog_find (catalog, names[i], &missing);

      g_assert_true ((entry != NULL) == (missing == NULL));
    }
  for (guint i = 0; i < entries->len; i++)
    {
      const VzCatalogEntry *entry = g_ptr_array_index (entries, i);

      g_assert_true (*entry->product != '\0' && *entry->product_version != '\0' &&
                     *entry->build_version != '\0' && *entry->url != '\0');
    }
  return 0;
}
