/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/catalog/vz-catalog-entry-private.h"

#include "foundation/host/vz-version.h"
#include "image/manifest/vz-image-product.h"

G_DEFINE_BOXED_TYPE (VzCatalogEntry, vz_catalog_entry, vz_catalog_entry_ref, vz_catalog_entry_unref)

VzCatalogEntry *
vz_catalog_entry_new (void)
{
  return g_atomic_rc_box_new0 (VzCatalogEntry);
}

/**
 * vz_catalog_entry_ref:
 * @self: an entry
 *
 * Returns: (transfer full): @self, with one more reference
 */
VzCatalogEntry *
vz_catalog_entry_ref (VzCatalogEntry *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
vz_catalog_entry_clear (gpointer data)
{
  VzCatalogEntry *self = data;

  g_free (self->product);
  g_free (self->operating_system);
  g_free (self->product_version);
  g_free (self->build_version);
  g_free (self->url);
  g_free (self->sha1);
  g_free (self->sha256);
  g_strfreev (self->unsupported_reasons);
  g_free (self->catalog);
}

/**
 * vz_catalog_entry_unref:
 * @self: (nullable): an entry
 *
 * Releases a reference.
 */
void
vz_catalog_entry_unref (VzCatalogEntry *self)
{
  if (self != NULL)
    g_atomic_rc_box_release_full (self, vz_catalog_entry_clear);
}

/**
 * vz_catalog_entry_is_supported:
 * @self: an entry
 *
 * Returns: whether this host can run what the image installs; if not, `unsupported_reasons` says
 *   why
 */
gboolean
vz_catalog_entry_is_supported (const VzCatalogEntry *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->unsupported_reasons[0] == NULL;
}

/**
 * vz_catalog_entry_is_for_virtual_machines:
 * @self: an entry
 *
 * Returns: whether its product is a virtual machine; Apple's catalog also names every real Mac
 */
gboolean
vz_catalog_entry_is_for_virtual_machines (const VzCatalogEntry *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return !vz_image_product_is_computer (self->product);
}

int
vz_catalog_entry_compare_age (const VzCatalogEntry *a, const VzCatalogEntry *b)
{
  int order = vz_version_compare (a->product_version, b->product_version);

  return order != 0 ? order : vz_version_compare_builds (a->build_version, b->build_version);
}

int
vz_catalog_entry_compare (const VzCatalogEntry *a, const VzCatalogEntry *b)
{
  int order = vz_version_compare (a->product, b->product);

  return order != 0 ? order : vz_catalog_entry_compare_age (b, a);
}

gboolean
vz_catalog_entry_is_same (const VzCatalogEntry *a, const VzCatalogEntry *b)
{
  return g_str_equal (a->product, b->product) &&
         g_str_equal (a->product_version, b->product_version) &&
         g_str_equal (a->build_version, b->build_version);
}

void
vz_catalog_entry_complete (VzCatalogEntry *self, const VzCatalogEntry *other)
{
  if (!g_str_equal (self->url, other->url))
    return;
  if (self->sha1 == NULL)
    self->sha1 = g_strdup (other->sha1);
  if (self->sha256 == NULL)
    self->sha256 = g_strdup (other->sha256);
  if (self->size == 0)
    self->size = other->size;
}
