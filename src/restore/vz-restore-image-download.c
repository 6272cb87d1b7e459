/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore/vz-restore-image-download.h"

#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-file.h"
#include "restore/vz-compose.h"
#include "restore/vz-restore-image-private.h"
#include "transfer/vz-download.h"
#include "transfer/vz-http-handle.h"

/* The zip file's directory is read and judged; the components' digests are left to verifying. */
static gboolean
check_structure (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzImageContainer) container = vz_image_container_open (path, cancellable, error);

  return container != NULL;
}

static gboolean
fetch (VzRestoreImage *self, const char *destination, guint64 rate_limit, VzProgress *progress,
       GCancellable *cancellable, GError **error)
{
  const VzCatalogEntry *entry = vz_restore_image_get_entry (self);
  VzDownload download = {
    .url = vz_restore_image_get_url (self),
    .destination = destination,
    .rate_limit = rate_limit,
    .check = check_structure,
  };

  if (entry != NULL)
    {
      download.sha256 = entry->sha256;
      download.sha1 = entry->sha1;
      download.size = entry->size;
    }
  return vz_download_run (&download, progress, cancellable, error);
}

/**
 * vz_restore_image_download:
 * @self: an image, as from vz_restore_image_fetch_latest_supported()
 * @destination: (type filename): path of the file to make
 * @progress: (nullable): is given a total and advanced; its phase says what is being done
 * @cancellable: (nullable): to end it
 * @error: return location for an error
 *
 * Makes the image a local file: fetches it, composes it, or copies it when it is one already. The same
 * as vz_restore_image_download_limited() without a limit.
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
 * @destination: (type filename): path of the file to make
 * @rate_limit: bytes a second over all connections together, or 0 for no limit
 * @progress: (nullable): is given a total and advanced; its phase says what is being done
 * @cancellable: (nullable): to end it
 * @error: return location for an error
 *
 * Makes the image a local file: fetches it, composes it, or copies it when it is one already. The
 * limit concerns fetching alone. @destination appears whole or not at all, and nothing is overwritten.
 * Load it with vz_restore_image_load() then.
 *
 * What was fetched has the length and the digest that the catalog tells, if it does, and is a sound
 * zip file. When fetching fails or is cancelled, what is there stays beside @destination with `.part`
 * and `.part.state` behind its name, and the next call goes on with it unless the server's file is
 * another one by then. A call that finds the file being fetched by another process waits for it.
 *
 * Errors: those of vz_compose_image(); %VZ_ERROR_EXISTS; %VZ_ERROR_NOT_FOUND and
 * %VZ_ERROR_NETWORK_ERROR, whose message says whether it was name resolution, connection, TLS, HTTP
 * status or range; %VZ_ERROR_OUT_OF_DISK_SPACE; %VZ_ERROR_DIGEST_MISMATCH;
 * %VZ_ERROR_INVALID_RESTORE_IMAGE; %VZ_ERROR_NOT_SUPPORTED for an address of another kind.
 *
 * Returns: %TRUE if the file is there
 */
gboolean
vz_restore_image_download_limited (VzRestoreImage *self, const char *destination, guint64 rate_limit,
                                   VzProgress *progress, GCancellable *cancellable, GError **error)
{
  const char *url, *path;
  g_autoptr (VzComposeRequest) request = NULL;

  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), FALSE);
  g_return_val_if_fail (destination != NULL, FALSE);
  path = vz_restore_image_get_path (self);
  if (path != NULL)
    return vz_file_copy (path, destination, 0644, /* overwrite= */ FALSE, error);
  url = vz_restore_image_get_url (self);
  if (vz_http_is_url (url))
    return fetch (self, destination, rate_limit, progress, cancellable, error);
  if (!g_str_has_prefix (url, "compose:"))
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "'%s' cannot be downloaded", url);
  request = vz_compose_request_new_from_url (url, error);
  return request != NULL && vz_compose_image (request, destination, progress, cancellable, error);
}

static gboolean
download (gpointer source, const char *destination, VzProgress *progress,
          GCancellable *cancellable, GError **error)
{
  return vz_restore_image_download (source, destination, progress, cancellable, error);
}

/**
 * vz_restore_image_download_async:
 * @self: an image
 * @destination: (type filename): path of the file to make
 * @progress: (nullable): as for vz_restore_image_download()
 * @cancellable: (nullable): to end it
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Does vz_restore_image_download() in a thread.
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
 * @error: return location for an error
 *
 * Gives the outcome of vz_restore_image_download_async().
 *
 * Returns: %TRUE if the file is there
 */
gboolean
vz_restore_image_download_finish (VzRestoreImage *self, GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, self, download, error) != NULL;
}
