/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/vz-restore-image-catalog.h"

#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "image/catalog/vz-catalog-entry-private.h"
#include "image/catalog/vz-catalog.h"
#include "image/manifest/vz-image-product.h"
#include "image/vz-restore-image-private.h"
#include "transfer/vz-http-handle.h"

#define MEMORY_OF_A_LINUX (512 * G_GUINT64_CONSTANT (1048576))

static VzRestoreImage *
describe (VzCatalogEntry *entry, const VzImageProduct *product)
{
  VzRestoreImageDescription description = {
    .operating_system = entry->operating_system,
    .product_version = entry->product_version,
    .build_version = entry->build_version,
    .architecture = product->architecture,
    .minimum_cpu_count = 1,
    .minimum_memory_size = MEMORY_OF_A_LINUX,
  };

  return vz_restore_image_new_described (entry->url, &description, entry);
}

static VzRestoreImage *
load_file (VzCatalogEntry *entry, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_filename_from_uri (entry->url, NULL, NULL);

  if (path == NULL)
    return vz_fail_null (error, VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG,
                         "'%s' is not the address of a file on this host", entry->url);
  return vz_restore_image_load_listed (path, entry, cancellable, error);
}

/**
 * vz_restore_image_new_for_entry:
 * @entry: an image in a catalog
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Makes the image that a catalog entry stands for. An image with a `file:` address is loaded; any
 * other has only what the catalog says about it, and is not a local file yet:
 * vz_restore_image_download() makes it one.
 *
 * Errors: those of vz_restore_image_load().
 *
 * Returns: (transfer full): the image, or %NULL
 */
VzRestoreImage *
vz_restore_image_new_for_entry (VzCatalogEntry *entry, GCancellable *cancellable, GError **error)
{
  const VzImageProduct *product;

  g_return_val_if_fail (entry != NULL, NULL);
  if (g_str_has_prefix (entry->url, "file:"))
    return load_file (entry, cancellable, error);
  product = vz_image_product_for_product_type (entry->product);
  return product != NULL ? describe (entry, product) : vz_restore_image_new_listed (entry);
}

/**
 * vz_restore_image_load_for_entry:
 * @entry: an image in a catalog
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Reads the description in the image that an entry stands for, as vz_restore_image_load() does,
 * including over the network. When the image is downloaded, its file must have the length and the
 * digest that the catalog states, if any. Of an image that is still to be composed, only what the
 * entry says is known, see vz_restore_image_new_for_entry().
 *
 * Errors: those of vz_restore_image_load().
 *
 * Returns: (transfer full): the image, or %NULL
 */
VzRestoreImage *
vz_restore_image_load_for_entry (VzCatalogEntry *entry, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (entry != NULL, NULL);
  if (vz_http_is_url (entry->url))
    return vz_restore_image_load_listed (entry->url, entry, cancellable, error);
  return vz_restore_image_new_for_entry (entry, cancellable, error);
}

static gpointer
load_entry_in_thread (gpointer source, gpointer entry, GCancellable *cancellable, GError **error)
{
  return vz_restore_image_load_for_entry (entry, cancellable, error);
}

/**
 * vz_restore_image_load_for_entry_async:
 * @entry: an image in a catalog
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_restore_image_load_for_entry() without blocking.
 */
void
vz_restore_image_load_for_entry_async (VzCatalogEntry *entry, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data)
{
  VzAsync async = { .call = load_entry_in_thread,
                    .tag = vz_restore_image_load_for_entry_async,
                    .free_data = (GDestroyNotify) vz_catalog_entry_unref,
                    .free_result = g_object_unref };

  g_return_if_fail (entry != NULL);
  async.data = vz_catalog_entry_ref (entry);
  vz_async_start (&async, NULL, cancellable, callback, user_data);
}

/**
 * vz_restore_image_load_for_entry_finish:
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_restore_image_load_for_entry_async().
 *
 * Returns: (transfer full): the image, or %NULL
 */
VzRestoreImage *
vz_restore_image_load_for_entry_finish (GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, NULL, vz_restore_image_load_for_entry_async, error);
}

/**
 * vz_restore_image_new_for_url:
 * @url: an http or https address
 *
 * Makes an image for an address without examining it: only its address is known, and it counts as
 * not supported. This is enough for vz_restore_image_download(), even from servers that do not
 * serve ranges, which vz_restore_image_load() needs.
 *
 * Returns: (transfer full): the image
 */
VzRestoreImage *
vz_restore_image_new_for_url (const char *url)
{
  g_autoptr (VzCatalogEntry) entry = vz_catalog_entry_new ();

  g_return_val_if_fail (url != NULL, NULL);
  entry->url = g_strdup (url);
  return vz_restore_image_new_listed (entry);
}

/**
 * vz_restore_image_fetch_latest:
 * @name: the wanted image, as for vz_catalog_find(): `macos`, `debian`, a product, `macos@15.5`
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Finds the newest image of a system, a product or a version in the catalogs that this host is
 * configured for, whether this host can run it or not; `macos` is the newest for Apple's virtual
 * Mac. Catalogs that cannot contain it are not asked.
 *
 * Errors: those of vz_catalog_load_configured(), vz_catalog_find() and
 * vz_restore_image_new_for_entry().
 *
 * Returns: (transfer full): the image, or %NULL
 */
VzRestoreImage *
vz_restore_image_fetch_latest (const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzCatalog) catalog = NULL;
  g_autoptr (VzCatalogEntry) entry = NULL;

  g_return_val_if_fail (name != NULL, NULL);
  catalog = vz_catalog_load_configured (name, cancellable, error);
  if (catalog == NULL)
    return NULL;
  entry = vz_catalog_find (catalog, name, error);
  return entry != NULL ? vz_restore_image_new_for_entry (entry, cancellable, error) : NULL;
}

static gpointer
fetch_in_thread (gpointer source, gpointer name, GCancellable *cancellable, GError **error)
{
  return vz_restore_image_fetch_latest (name, cancellable, error);
}

/**
 * vz_restore_image_fetch_latest_async:
 * @name: as for vz_restore_image_fetch_latest()
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_restore_image_fetch_latest() without blocking.
 */
void
vz_restore_image_fetch_latest_async (const char *name, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (name != NULL);
  vz_async_start_with_text (fetch_in_thread, vz_restore_image_fetch_latest_async, name, cancellable,
                            callback, user_data);
}

/**
 * vz_restore_image_fetch_latest_finish:
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_restore_image_fetch_latest_async().
 *
 * Returns: (transfer full): the image, or %NULL
 */
VzRestoreImage *
vz_restore_image_fetch_latest_finish (GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, NULL, vz_restore_image_fetch_latest_async, error);
}

/**
 * vz_restore_image_fetch_latest_supported:
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Finds the newest restore image that this host can run, in the catalogs that it is configured for.
 * On a Linux host this is the current stable Debian, unless a further catalog has an image of a
 * stated version; Apple's catalog is not asked. The image is not a local file yet:
 * vz_restore_image_download() makes it one. Apple: `fetchLatestSupportedWithCompletionHandler:`.
 *
 * Errors: %VZ_ERROR_RESTORE_IMAGE_CATALOG_LOAD_FAILED, %VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG,
 * %VZ_ERROR_NO_SUPPORTED_RESTORE_IMAGES_IN_CATALOG.
 *
 * Returns: (transfer full): the image, or %NULL
 */
VzRestoreImage *
vz_restore_image_fetch_latest_supported (GCancellable *cancellable, GError **error)
{
  return vz_restore_image_fetch_latest ("latest", cancellable, error);
}

/**
 * vz_restore_image_fetch_latest_supported_async:
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_restore_image_fetch_latest_supported() without blocking.
 */
void
vz_restore_image_fetch_latest_supported_async (GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data)
{
  vz_async_start_with_text (fetch_in_thread, vz_restore_image_fetch_latest_supported_async,
                            "latest", cancellable, callback, user_data);
}

/**
 * vz_restore_image_fetch_latest_supported_finish:
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_restore_image_fetch_latest_supported_async().
 *
 * Returns: (transfer full): the image, or %NULL
 */
VzRestoreImage *
vz_restore_image_fetch_latest_supported_finish (GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, NULL, vz_restore_image_fetch_latest_supported_async, error);
}
