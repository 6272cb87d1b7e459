/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore/vz-restore-image-catalog.h"

#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-file.h"
#include "foundation/vz-host.h"
#include "foundation/vz-paths.h"
#include "restore/vz-image-product.h"
#include "restore/vz-plist-reader.h"
#include "restore/vz-restore-image-private.h"

/* How this works
 *
 * The catalog (data/catalog/vz.xml) has the schema of Apple's com_apple_macOSIPSW.xml:
 *
 *   MobileDeviceSoftwareVersionsByVersion > "1" > MobileDeviceSoftwareVersions > product > build >
 * Restore
 *
 * where Restore has BuildVersion, ProductVersion and FirmwareURL. Ours has one build for each
 * product, and an address that is a request to compose; the version is only known when it has been
 * composed. */

#define CATALOG_SIZE_MAX (1024 * 1024)
#define TEXT_MAX 1024
#define MEMORY_OF_A_DEBIAN (512 * G_GUINT64_CONSTANT (1048576))

/* Follows a chain of dictionaries; borrowed. */
static plist_t
descend (plist_t node, const char *const *keys, GError **error)
{
  for (; *keys != NULL; keys++)
    if (!vz_plist_reader_get_node (node, *keys, PLIST_DICT, VZ_PLIST_REQUIRED, &node, error))
      return NULL;
  return node;
}

/* The only entry of a dictionary; NULL when there is none or there are more. */
static plist_t
get_only (plist_t dict)
{
  g_autofree plist_dict_iter iterator = NULL;
  plist_t value = NULL;

  if (plist_dict_get_size (dict) != 1)
    return NULL;
  plist_dict_new_iter (dict, &iterator);
  plist_dict_next_item (dict, iterator, NULL, &value);
  return plist_get_node_type (value) == PLIST_DICT ? value : NULL;
}

static VzRestoreImage *
describe (plist_t restore, const VzImageProduct *product, GError **error)
{
  g_autofree char *url = NULL;
  g_autofree char *version = NULL;
  g_autofree char *build = NULL;
  VzRestoreImageDescription description = {
    .operating_system = "Debian GNU/Linux",
    .architecture = product->architecture,
    .minimum_cpu_count = 1,
    .minimum_memory_size = MEMORY_OF_A_DEBIAN,
  };

  if (!vz_plist_reader_get_string (restore, "FirmwareURL", TEXT_MAX, VZ_PLIST_REQUIRED, &url,
                                   error) ||
      !vz_plist_reader_get_string (restore, "ProductVersion", TEXT_MAX, VZ_PLIST_REQUIRED, &version,
                                   error) ||
      !vz_plist_reader_get_string (restore, "BuildVersion", TEXT_MAX, VZ_PLIST_REQUIRED, &build,
                                   error))
    return NULL;
  description.product_version = version;
  description.build_version = build;
  return vz_restore_image_new_described (url, &description);
}

static VzRestoreImage *
find_in_catalog (plist_t root, const VzImageProduct *product, GError **error)
{
  static const char *const keys[] = { "MobileDeviceSoftwareVersionsByVersion", "1",
                                      "MobileDeviceSoftwareVersions", NULL };
  plist_t products = descend (root, keys, error);
  plist_t builds = NULL, build, restore;

  if (products == NULL)
    return NULL;
  if (!vz_plist_reader_get_node (products, product->product_type, PLIST_DICT, VZ_PLIST_OPTIONAL,
                                 &builds, error))
    return NULL;
  build = builds != NULL ? get_only (builds) : NULL;
  if (build == NULL)
    return vz_fail_null (error, VZ_ERROR_NO_SUPPORTED_RESTORE_IMAGES_IN_CATALOG,
                         "The catalog has no image for %s", product->product_type);
  if (!vz_plist_reader_get_node (build, "Restore", PLIST_DICT, VZ_PLIST_REQUIRED, &restore, error))
    return NULL;
  return describe (restore, product, error);
}

/**
 * vz_restore_image_fetch_latest_supported:
 * @cancellable: (nullable): to end it
 * @error: return location for an error
 *
 * Finds the newest restore image that this host can install, in the catalog that comes with vz: on
 * Linux the current stable Debian. It is no local file yet: vz_restore_image_download() makes it
 * one. Apple: `fetchLatestSupportedWithCompletionHandler:`.
 *
 * Errors: %VZ_ERROR_RESTORE_IMAGE_CATALOG_LOAD_FAILED, %VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG,
 * %VZ_ERROR_NO_SUPPORTED_RESTORE_IMAGES_IN_CATALOG.
 *
 * Returns: (transfer full): the image, or %NULL
 */
VzRestoreImage *
vz_restore_image_fetch_latest_supported (GCancellable *cancellable, GError **error)
{
  const VzImageProduct *product = vz_image_product_for_architecture (vz_host_get_architecture ());
  g_autoptr (GError) local = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = NULL;
  VzRestoreImage *image = NULL;
  plist_t root = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (product == NULL)
    return vz_fail_null (error, VZ_ERROR_NO_SUPPORTED_RESTORE_IMAGES_IN_CATALOG,
                         "vz has no board for %s", vz_host_get_architecture ());
  path = vz_find_data ("catalog/vz.xml", &local);
  bytes = path != NULL ? vz_file_read (path, CATALOG_SIZE_MAX, &local) : NULL;
  if (bytes == NULL)
    return vz_fail_null (error, VZ_ERROR_RESTORE_IMAGE_CATALOG_LOAD_FAILED, "%s", local->message);
  root = vz_plist_reader_parse_xml (bytes, CATALOG_SIZE_MAX, &local);
  if (root != NULL)
    image = find_in_catalog (root, product, &local);
  plist_free (root);
  if (image == NULL && g_error_matches (local, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE))
    return vz_fail_null (error, VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG, "'%s': %s", path,
                         local->message);
  if (image == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return image;
}

static gpointer
fetch_in_thread (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  return vz_restore_image_fetch_latest_supported (cancellable, error);
}

/**
 * vz_restore_image_fetch_latest_supported_async:
 * @cancellable: (nullable): to end it
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Does vz_restore_image_fetch_latest_supported() in a thread.
 */
void
vz_restore_image_fetch_latest_supported_async (GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data)
{
  VzAsync async = {
    .call = fetch_in_thread,
    .tag = vz_restore_image_fetch_latest_supported_async,
    .free_result = g_object_unref,
  };

  vz_async_start (&async, NULL, cancellable, callback, user_data);
}

/**
 * vz_restore_image_fetch_latest_supported_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Gives the outcome of vz_restore_image_fetch_latest_supported_async().
 *
 * Returns: (transfer full): the image, or %NULL
 */
VzRestoreImage *
vz_restore_image_fetch_latest_supported_finish (GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, NULL, vz_restore_image_fetch_latest_supported_async, error);
}
