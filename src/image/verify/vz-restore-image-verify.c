/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/verify/vz-verification.h"

#include "foundation/vz-async.h"

static gboolean
verify (VzRestoreImage *self, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzVerification) found = vz_verification_run (self, progress, cancellable, error);

  if (found == NULL)
    return FALSE;
  if (vz_verification_is_good (found, error))
    return TRUE;
  g_prefix_error (error, "verifying '%s': ", vz_restore_image_get_url (self));
  return FALSE;
}

/**
 * vz_restore_image_verify:
 * @self: a local image
 * @progress: (nullable): counts bytes of the file; its total is set
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Reads the whole image and fails as vz_verification_is_good() does when anything in it is damaged
 * or missing. Anything that vz_verification_run() lists as not verified is not a failure.
 *
 * Returns: whether nothing is damaged or missing
 */
gboolean
vz_restore_image_verify (VzRestoreImage *self, VzProgress *progress, GCancellable *cancellable,
                         GError **error)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), FALSE);
  return verify (self, progress, cancellable, error);
}

static gpointer
verify_call (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  return verify (source, data, cancellable, error) ? VZ_ASYNC_DONE : NULL;
}

/**
 * vz_restore_image_verify_async:
 * @self: a local image
 * @progress: (nullable): counts bytes of the file; its total is set
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_restore_image_verify() without blocking.
 */
void
vz_restore_image_verify_async (VzRestoreImage *self, VzProgress *progress,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  VzAsync async = { .call = verify_call,
                    .tag = vz_restore_image_verify_async,
                    .data = progress != NULL ? g_object_ref (progress) : NULL,
                    .free_data = progress != NULL ? g_object_unref : NULL };

  g_return_if_fail (VZ_IS_RESTORE_IMAGE (self));
  vz_async_start (&async, self, cancellable, callback, user_data);
}

/**
 * vz_restore_image_verify_finish:
 * @self: a local image
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_restore_image_verify_async().
 *
 * Returns: whether nothing is damaged or missing
 */
gboolean
vz_restore_image_verify_finish (VzRestoreImage *self, GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, self, vz_restore_image_verify_async, error) != NULL;
}
