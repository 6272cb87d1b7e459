/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-disk-proof-private.h"

#include <string.h>

#include "foundation/file/vz-file.h"
#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "systems/vz-openpgp-armor.h"
#include "systems/vz-signature.h"
#include "systems/vz-system-private.h"
#include "transfer/vz-http-client.h"
#include "transfer/vz-http-handle.h"

/* How this works
 *
 * First the list of digests and its signature are fetched, then the key if this host does not have
 * it, all of them small; gpgv verifies them; and only the signed text is searched for the image's
 * digest. */

typedef struct {
  VzHttpClient *client; /* NULL until something is fetched */
  GCancellable *cancellable;
} Fetcher;

static void
fetcher_clear (Fetcher *self)
{
  g_clear_pointer (&self->client, vz_http_client_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fetcher, fetcher_clear)

static GBytes *
bring (Fetcher *self, const char *location, gsize max, GError **error)
{
  const VzHttpRequest request = { .limit = max };

  if (!vz_http_is_url (location))
    return vz_file_read (location, max, error);
  if (self->client == NULL)
    self->client = vz_http_client_new ();
  return vz_http_client_get (self->client, location, &request, NULL, self->cancellable, error);
}

static GPtrArray *
bring_keys (VzDiskProof *self, Fetcher *fetcher, GError **error)
{
  g_autoptr (GPtrArray) keyrings = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint n = MAX (self->keyrings->len, 1);

  for (guint i = 0; i < n; i++)
    {
      const char *location = self->keyrings->len > 0 ? self->keyrings->pdata[i]
                                                     : vz_disk_proof_find_keys (self);
      GBytes *keys = bring (fetcher, location, VZ_KEYRING_MAX, error);

      if (keys == NULL)
        {
          vz_fail_prefix (error, "the publisher's key: ");
          return NULL;
        }
      g_ptr_array_add (keyrings, keys);
    }
  return g_steal_pointer (&keyrings);
}

/* Checks that @list is signed, and returns the signed part. */
static GBytes *
check_signature (VzDiskProof *self, Fetcher *fetcher, GBytes *list, GError **error)
{
  g_autoptr (GBytes) signature =
    self->signature != NULL ? bring (fetcher, self->signature, VZ_SIGNATURE_MAX, error) : NULL;
  g_autoptr (GPtrArray) keyrings = NULL;
  VzSignature question = { .data = list,
                           .signature = signature,
                           .signers = vz_disk_proof_get_signers (self) };
  GBytes *text;

  if (self->signature != NULL && signature == NULL)
    {
      vz_fail_prefix (error, "the signature of '%s': ", self->checksums);
      return NULL;
    }
  if (self->signature == NULL && !vz_openpgp_is_clear_signed (list))
    return vz_fail_null (error, VZ_ERROR_VERIFICATION_FAILED, "'%s': it is not signed",
                         self->checksums);
  keyrings = bring_keys (self, fetcher, error);
  if (keyrings == NULL)
    return NULL;
  question.keyrings = keyrings;
  text = vz_signature_check (&question, &self->signer, fetcher->cancellable, error);
  if (text == NULL)
    vz_fail_prefix (error, "'%s': ", self->checksums);
  return text;
}

static gboolean
read_list (VzDiskProof *self, const char *location, Fetcher *fetcher, GError **error)
{
  g_autofree char *name = self->system != NULL ? g_strdup (self->system->listed_name)
                                               : vz_system_dup_file_name (location);
  g_autoptr (GBytes) list = bring (fetcher, self->checksums, VZ_CHECKSUM_LIST_MAX, error);
  g_autoptr (GBytes) text = NULL;
  gsize size = 0;
  const char *data;

  if (list == NULL)
    return vz_fail_prefix (error, "the list of digests: ");
  text = vz_disk_proof_get_kind (self) == VZ_DISK_PROOF_KIND_SIGNATURE
           ? check_signature (self, fetcher, list, error)
           : g_bytes_ref (list);
  if (text == NULL)
    return FALSE;
  data = g_bytes_get_data (text, &size);
  return vz_checksum_list_find (data, size, name, &self->checksum, error) ||
         vz_fail_prefix (error, "'%s': ", self->checksums);
}

/**
 * vz_disk_proof_resolve:
 * @self: a proof
 * @location: (type filename): the image, a local file or an http or https address
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Finds the image's digest: fetches the list of digests and its signature, has gpgv verify it in a
 * sandbox, and looks the image up in the signed text. Nothing of the image itself is fetched. Does
 * nothing when the digest is already known.
 *
 * Returns: whether the digest is known, or may be unknown; otherwise @error is one from
 *   vz_disk_proof_check(), %VZ_ERROR_NOT_FOUND or %VZ_ERROR_NETWORK_ERROR for files that cannot be
 *   fetched, %VZ_ERROR_VERIFICATION_FAILED when the list is not properly signed or does not have
 *   the image, %VZ_ERROR_NOT_SUPPORTED without gpgv, or %VZ_ERROR_IO
 *
 * Since: 0.1
 */
gboolean
vz_disk_proof_resolve (VzDiskProof *self, const char *location, GCancellable *cancellable,
                       GError **error)
{
  g_auto (Fetcher) fetcher = { NULL, cancellable };

  g_return_val_if_fail (VZ_IS_DISK_PROOF (self) && location != NULL, FALSE);
  if (!vz_disk_proof_check (self, location, error))
    return FALSE;
  if (self->checksum.algorithm != NULL)
    return TRUE;
  if (self->sha256 != NULL)
    {
      self->checksum.algorithm = "sha256";
      g_strlcpy (self->checksum.digest, self->sha256, sizeof self->checksum.digest);
      return TRUE;
    }
  return self->checksums == NULL || read_list (self, location, &fetcher, error);
}

static gpointer
resolve (gpointer self, gpointer location, GCancellable *cancellable, GError **error)
{
  return vz_disk_proof_resolve (self, location, cancellable, error) ? VZ_ASYNC_DONE : NULL;
}

/**
 * vz_disk_proof_resolve_async:
 * @self: a proof, which must not be used until this is done
 * @location: (type filename): the image, a local file or an http or https address
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_disk_proof_resolve() without blocking.
 *
 * Since: 0.1
 */
void
vz_disk_proof_resolve_async (VzDiskProof *self, const char *location, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  const VzAsync async = { .call = resolve,
                          .tag = vz_disk_proof_resolve_async,
                          .data = g_strdup (location),
                          .free_data = g_free };

  g_return_if_fail (VZ_IS_DISK_PROOF (self) && location != NULL);
  vz_async_start (&async, self, cancellable, callback, user_data);
}

/**
 * vz_disk_proof_resolve_finish:
 * @self: the proof
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_disk_proof_resolve_async().
 *
 * Returns: as vz_disk_proof_resolve()
 *
 * Since: 0.1
 */
gboolean
vz_disk_proof_resolve_finish (VzDiskProof *self, GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, self, vz_disk_proof_resolve_async, error) != NULL;
}

VzDownload
vz_disk_proof_describe (VzDiskProof *self, const char *location)
{
  const char *digest = vz_disk_proof_get_digest (self);
  VzDownload download = { .url = location };

  if (g_strcmp0 (self->checksum.algorithm, "sha512") == 0)
    download.sha512 = digest;
  else
    download.sha256 = digest;
  return download;
}

/**
 * vz_disk_proof_download:
 * @self: a proof
 * @location: an image, an http or https address
 * @destination: (type filename): the path of the file to create
 * @rate_limit: the limit in bytes per second for all connections together, or 0 for no limit
 * @progress: (nullable): is given a total and advanced
 * @cancellable: (nullable): cancels; the partial file stays for the next call
 * @error: return location for an error, or %NULL
 *
 * Fetches a disk image: calls vz_disk_proof_resolve(), then fetches the image and verifies it
 * meanwhile. @destination appears whole and correct, or not at all, and nothing is overwritten. An
 * unfinished file stays beside it, with `.part` and `.part.state` appended to its name, and the
 * next call continues with it.
 *
 * Returns: whether the file is there; otherwise @error is one from vz_disk_proof_resolve(),
 *   %VZ_ERROR_EXISTS, %VZ_ERROR_OUT_OF_DISK_SPACE or %VZ_ERROR_DIGEST_MISMATCH
 *
 * Since: 0.1
 */
gboolean
vz_disk_proof_download (VzDiskProof *self, const char *location, const char *destination,
                        guint64 rate_limit, VzProgress *progress, GCancellable *cancellable,
                        GError **error)
{
  VzDownload download;

  g_return_val_if_fail (VZ_IS_DISK_PROOF (self) && location != NULL, FALSE);
  g_return_val_if_fail (destination != NULL && vz_http_is_url (location), FALSE);
  if (!vz_disk_proof_resolve (self, location, cancellable, error))
    return FALSE;
  download = vz_disk_proof_describe (self, location);
  download.destination = destination;
  download.rate_limit = rate_limit;
  return vz_download_run (&download, progress, cancellable, error);
}
