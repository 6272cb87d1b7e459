/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/catalog/vz-catalog-private.h"

#include "foundation/host/vz-host.h"
#include "foundation/vz-fail.h"
#include "image/catalog/vz-catalog-entry-private.h"
#include "image/catalog/vz-catalog-name.h"
#include "image/manifest/vz-image-product.h"

#define NAMED_MAX 5 /* versions listed in a message */

/**
 * VzCatalog:
 *
 * The available restore images, each with its product, version and address: Apple's, ours and those
 * of further catalogs, which all use Apple's schema. Immutable.
 *
 * A catalog comes from one file or address (vz_catalog_load()), or from all those that this host is
 * configured for (vz_catalog_load_configured()). Not in Apple's framework.
 *
 * QEMU: not used.
 *
 * Since: 0.1
 */
struct _VzCatalog {
  GObject parent_instance;
  GPtrArray *entries; /* of VzCatalogEntry, by product, the newest first */
  GStrv notes;
};

G_DEFINE_FINAL_TYPE (VzCatalog, vz_catalog, G_TYPE_OBJECT)

static void
vz_catalog_finalize (GObject *object)
{
  VzCatalog *self = VZ_CATALOG (object);

  g_ptr_array_unref (self->entries);
  g_strfreev (self->notes);
  G_OBJECT_CLASS (vz_catalog_parent_class)->finalize (object);
}

static void
vz_catalog_class_init (VzCatalogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vz_catalog_finalize;
}

static void
vz_catalog_init (VzCatalog *self)
{
}

VzCatalog *
vz_catalog_new (GPtrArray *entries, GStrv notes)
{
  VzCatalog *self = g_object_new (VZ_TYPE_CATALOG, NULL);

  self->entries = entries;
  self->notes = notes;
  return self;
}

/**
 * vz_catalog_list_entries:
 * @self: a catalog
 *
 * Lists all images by product, the newest of each product first. Versions are compared as numbers:
 * 26.10 is newer than 26.9.
 *
 * Returns: (transfer container) (element-type VzCatalogEntry): the images
 */
GPtrArray *
vz_catalog_list_entries (VzCatalog *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_catalog_entry_unref);

  g_return_val_if_fail (VZ_IS_CATALOG (self), list);
  for (guint i = 0; i < self->entries->len; i++)
    g_ptr_array_add (list, vz_catalog_entry_ref (g_ptr_array_index (self->entries, i)));
  return list;
}

/**
 * vz_catalog_get_notes:
 * @self: a catalog
 *
 * Tells what a user should know about how the catalog was loaded: that it is an old copy because
 * the network failed, or that one of several catalogs could not be loaded. Each note is one
 * sentence without a full stop.
 *
 * Returns: (transfer none) (array zero-terminated=1): the notes; usually none
 */
const char *const *
vz_catalog_get_notes (VzCatalog *self)
{
  g_return_val_if_fail (VZ_IS_CATALOG (self), NULL);
  return (const char *const *) self->notes;
}

static gboolean
is_for_this_architecture (const VzCatalogEntry *entry)
{
  const VzImageProduct *product = vz_image_product_for_product_type (entry->product);

  return product != NULL && g_strcmp0 (product->architecture, vz_host_get_architecture ()) == 0;
}

/* What this host can run comes first, without emulation before with it; then the better fit; then
 * the newer. */
static gboolean
is_better (const VzCatalogName *name, const VzCatalogEntry *entry, const VzCatalogEntry *best)
{
  int order;

  if (best == NULL)
    return TRUE;
  order = vz_catalog_entry_is_supported (entry) - vz_catalog_entry_is_supported (best);
  if (order == 0)
    order = is_for_this_architecture (entry) - is_for_this_architecture (best);
  if (order == 0)
    order = (int) vz_catalog_name_fits (name, entry) - (int) vz_catalog_name_fits (name, best);
  if (order == 0)
    order = vz_catalog_entry_compare_age (entry, best);
  return order > 0;
}

static gboolean
fail_to_find (VzCatalog *self, const VzCatalogName *name, const char *text, GError **error)
{
  g_autoptr (GString) versions = g_string_new (NULL);
  guint count = 0;

  if (name->kind == VZ_CATALOG_NAME_LATEST)
    return vz_fail (error, VZ_ERROR_NO_SUPPORTED_RESTORE_IMAGES_IN_CATALOG,
                    "no catalog has an image that this host can run");
  for (guint i = 0; i < self->entries->len; i++)
    {
      const VzCatalogEntry *entry = g_ptr_array_index (self->entries, i);

      if (vz_catalog_name_means (name, entry) && count++ < NAMED_MAX)
        g_string_append_printf (versions, "%s%s (%s)", count > 1 ? ", " : "",
                                entry->product_version, entry->build_version);
    }
  if (count == 0)
    return vz_fail (error, VZ_ERROR_NOT_FOUND, "no catalog has an image called '%s'", text);
  if (count > NAMED_MAX)
    g_string_append_printf (versions, " and %u more", count - NAMED_MAX);
  return vz_fail (error, VZ_ERROR_NOT_FOUND, "no catalog has an image called '%s'; there are %s",
                  text, versions->str);
}

/**
 * vz_catalog_find:
 * @self: a catalog
 * @name: the name to look for
 * @error: return location for an error, or %NULL
 *
 * Finds an image by the name that people use for it:
 *
 * - `latest`: the newest image that this host can run;
 * - a system, `macos` (which is the product `VirtualMac2,1`), `debian`, or `linux` for any Linux;
 * - a product, `VirtualMac2,1` or `VzGeneric-aarch64`;
 * - either with a version or a build, `macos@15.5`, `debian@stable`, `VirtualMac2,1@24F74`;
 * - a version or a build alone, `15.5`, `24F74`.
 *
 * A major version alone, `15`, stands for its newest release. When several images match, one that
 * this host can run is preferred, then one for the host's own architecture, and then the newest.
 * Real Macs are found only by their product.
 *
 * Errors: %VZ_ERROR_INVALID_ARGUMENT when @name is not a valid name; %VZ_ERROR_NOT_FOUND, with the
 * available versions; %VZ_ERROR_NO_SUPPORTED_RESTORE_IMAGES_IN_CATALOG for `latest`.
 *
 * Returns: (transfer full): the image, or %NULL
 */
VzCatalogEntry *
vz_catalog_find (VzCatalog *self, const char *name, GError **error)
{
  g_auto (VzCatalogName) wanted = { VZ_CATALOG_NAME_LATEST, NULL, NULL };
  VzCatalogEntry *best = NULL;

  g_return_val_if_fail (VZ_IS_CATALOG (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  if (!vz_catalog_name_parse (name, &wanted, error))
    return NULL;
  for (guint i = 0; i < self->entries->len; i++)
    {
      VzCatalogEntry *entry = g_ptr_array_index (self->entries, i);

      if (vz_catalog_name_means (&wanted, entry) && vz_catalog_name_fits (&wanted, entry) > 0 &&
          is_better (&wanted, entry, best))
        best = entry;
    }
  if (best == NULL)
    fail_to_find (self, &wanted, name, error);
  return best != NULL ? vz_catalog_entry_ref (best) : NULL;
}
