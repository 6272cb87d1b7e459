/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/vz-restore-image-download.h"

#include "compose/vz-compose.h"
#include "compose/vz-image-cache.h"
#include "foundation/file/vz-file.h"
#include "foundation/file/vz-paths.h"
#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "image/vz-restore-image-private.h"
#include "transfer/vz-download.h"
#include "transfer/vz-http-handle.h"

/* Reads and checks the zip file's directory; the components' digests are left to verifying. */
static gboolean
check_structure (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzImageContainer) container = vz_image_container_open (path, cancellable, error);

  return container != NULL;
}

/* What the catalog says about the image, if it is from one. */
static VzDownload
describe_download (VzRestoreImage *self)
{
  const VzCatalogEntry *entry = vz_restore_image_get_entry (self);
  VzDownload download = { .url = vz_restore_image_get_url (self), .check = check_structure };

  if (entry != NULL)
    {
      download.sha256 = entry->sha256;
      download.sha1 = entry->sha1;
      download.size = entry->size;
    }
  return download;
}

static gboolean
bring (VzRestoreImage *self, const VzDownload *download, VzProgress *progress,
       GCancellable *cancellable, GError **error)
{
  const char *path = vz_restore_image_get_path (self);
  g_autoptr (VzComposeRequest) request = NULL;

  if (path != NULL)
    return vz_download_check_file (download, path, progress, cancellable, error) &&
           vz_file_copy (path, download->destination, VZ_FILE_MODE_USUAL, /* overwrite= */ FALSE,
                         error);
  if (vz_http_is_url (download->url))
    return vz_download_run (download, progress, cancellable, error);
  if (!g_str_has_prefix (download->url, "compose:"))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "'%s' cannot be downloaded", download->url);
  request = vz_compose_request_new_from_url (download->url, error);
  return request != NULL &&
         vz_compose_image (request, download->destination, progress, cancellable, error);
}

/**
 * vz_restore_image_check_listed:
 * @self: an image that is a local file
 * @progress: (nullable): is given a total and advanced
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Compares the file with what the catalog in which it was found says about it: its length and its
 * digest. The whole file is read only when there is a digest. vz_restore_image_download() does the
 * same.
 *
 * Errors: %VZ_ERROR_DIGEST_MISMATCH, %VZ_ERROR_IO.
 *
 * Returns: %TRUE if they match, or if no catalog says anything about it
 */
gboolean
vz_restore_image_check_listed (VzRestoreImage *self, VzProgress *progress,
                               GCancellable *cancellable, GError **error)
{
  VzDownload download;

  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), FALSE);
  g_return_val_if_fail (vz_restore_image_get_path (self) != NULL, FALSE);
  download = describe_download (self);
  return vz_download_check_file (&download, vz_restore_image_get_path (self), progress, cancellable,
                                 error);
}

/**
 * vz_restore_image_download:
 * @self: an image, as from vz_restore_image_fetch_latest_supported()
 * @destination: (type filename): the path of the file to create
 * @progress: (nullable): is given a total and advanced; its phase says what is being done
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Makes the image a local file: fetches it, composes it, or copies it if it is one already. The
 * same as vz_restore_image_download_limited() without a limit.
 *
 * Returns: %TRUE if the file is there
 */
gboolean
vz_restore_image_download (VzRestoreImage *self, const char *destination, VzProgress *progress,
                           GCancellable *cancellable, GError **error)
{
  return vz_restore_image_download_limited (self, destination, 0, progress, cancellable, error);
}

/**
 * vz_restore_image_download_limited:
 * @self: an image, as from vz_restore_image_fetch_latest_supported()
 * @destination: (type filename): the path of the file to create
 * @rate_limit: the limit in bytes per second for all connections together, or 0 for no limit
 * @progress: (nullable): is given a total and advanced; its phase says what is being done
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Makes the image a local file: fetches it, composes it, or copies it if it is one already. The
 * limit applies only to fetching. @destination appears whole or not at all, and nothing is
 * overwritten. Load the file with vz_restore_image_load() afterwards.
 *
 * A fetched or copied file has the length and the digest that the catalog states, if any, and a
 * fetched one is a valid zip file. When fetching fails or is cancelled, the partial file stays
 * beside @destination with `.part` and `.part.state` appended to its name, and the next call
 * continues with it unless the file on the server has changed. A call that finds the file being
 * fetched by another process waits for it.
 *
 * Errors: those of vz_compose_image(); %VZ_ERROR_EXISTS; %VZ_ERROR_NOT_FOUND and
 * %VZ_ERROR_NETWORK_ERROR, whose message says whether it was name resolution, connection, TLS, HTTP
 * status or range; %VZ_ERROR_OUT_OF_DISK_SPACE; %VZ_ERROR_DIGEST_MISMATCH;
 * %VZ_ERROR_INVALID_RESTORE_IMAGE; %VZ_ERROR_NOT_SUPPORTED for an address of another kind.
 *
 * Returns: %TRUE if the file is there
 */
gboolean
vz_restore_image_download_limited (VzRestoreImage *self, const char *destination,
                                   guint64 rate_limit, VzProgress *progress,
                                   GCancellable *cancellable, GError **error)
{
  VzDownload download;

  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), FALSE);
  g_return_val_if_fail (destination != NULL, FALSE);
  download = describe_download (self);
  download.destination = destination;
  download.rate_limit = rate_limit;
  return bring (self, &download, progress, cancellable, error);
}

static char *
make_cached_part (const char *url, GError **error)
{
  g_autofree char *directory = vz_make_cache_directory (VZ_IMAGE_CACHE, error);

  if (directory == NULL)
    return NULL;
  vz_image_cache_prune (directory, g_get_real_time () / G_USEC_PER_SEC, VZ_IMAGE_CACHE_BUDGET);
  return vz_image_cache_dup_part_path (directory, url);
}

/**
 * vz_restore_image_download_through_cache:
 * @self: an image, as from vz_restore_image_fetch_latest_supported()
 * @destination: (type filename): the path of the file to create
 * @progress: (nullable): is given a total and advanced; its phase says what is being done
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Downloads an image as vz_restore_image_download() does, to a @destination that does not survive a
 * failure: when fetching fails or is cancelled, the partial file stays in
 * `$XDG_CACHE_HOME/vz/images`, and the next call for the same address continues with it, whatever
 * its @destination. The phase is then `resuming`. If @destination is on a different file system
 * from the cache, the file is copied at the end.
 *
 * Unfinished files are removed by the rule of vz_compose_image() for that directory.
 *
 * Errors: those of vz_restore_image_download_limited().
 *
 * Returns: %TRUE if the file is there
 */
gboolean
vz_restore_image_download_through_cache (VzRestoreImage *self, const char *destination,
                                         VzProgress *progress, GCancellable *cancellable,
                                         GError **error)
{
  g_autofree char *part = NULL;
  VzDownload download;

  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), FALSE);
  g_return_val_if_fail (destination != NULL, FALSE);
  download = describe_download (self);
  download.destination = destination;
  if (vz_restore_image_get_path (self) == NULL && vz_http_is_url (download.url))
    {
      part = make_cached_part (download.url, error);
      if (part == NULL)
        return FALSE;
      download.part = part;
    }
  return bring (self, &download, progress, cancellable, error);
}

static gboolean
download (gpointer source, const char *destination, VzProgress *progress, GCancellable *cancellable,
          GError **error)
{
  return vz_restore_image_download (source, destination, progress, cancellable, error);
}

/**
 * vz_restore_image_download_async:
 * @self: an image
 * @destination: (type filename): the path of the file to create
 * @progress: (nullable): as for vz_restore_image_download()
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_restore_image_download() without blocking.
 */
void
vz_restore_image_download_async (VzRestoreImage *self, const char *destination,
                                 VzProgress *progress, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VZ_IS_RESTORE_IMAGE (self));
  g_return_if_fail (destination != NULL);
  vz_async_make_file (self, download, destination, progress, cancellable, callback, user_data);
}

/**
 * vz_restore_image_download_finish:
 * @self: the image
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_restore_image_download_async().
 *
 * Returns: %TRUE if the file is there
 */
gboolean
vz_restore_image_download_finish (VzRestoreImage *self, GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, self, download, error) != NULL;
}
