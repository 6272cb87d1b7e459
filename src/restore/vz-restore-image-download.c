/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore/vz-restore-image-download.h"

#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-file.h"
#include "restore/vz-compose.h"

/**
 * vz_restore_image_download:
 * @self: an image, as from vz_restore_image_fetch_latest_supported()
 * @destination: (type filename): path of the file to make
 * @progress: (nullable): is given a total and advanced; its phase says what is being done
 * @cancellable: (nullable): to end it
 * @error: return location for an error
 *
 * Makes the image a local file: composes it, or copies it when it is one already. @destination
 * appears whole or not at all. Load it with vz_restore_image_load() then.
 *
 * Errors: those of vz_compose_image(); %VZ_ERROR_NOT_SUPPORTED for an address of another kind.
 *
 * Returns: %TRUE if the file is there
 */
gboolean
vz_restore_image_download (VzRestoreImage *self, const char *destination, VzProgress *progress,
                           GCancellable *cancellable, GError **error)
{
  const char *url, *path;
  g_autoptr (VzComposeRequest) request = NULL;

  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), FALSE);
  g_return_val_if_fail (destination != NULL, FALSE);
  path = vz_restore_image_get_path (self);
  if (path != NULL)
    return vz_file_copy (path, destination, 0644, /* overwrite= */ FALSE, error);
  url = vz_restore_image_get_url (self);
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
