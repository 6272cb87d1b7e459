/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/catalog/vz-catalog-remote.h"

#include "foundation/vz-fail.h"
#include "image/catalog/vz-catalog-copy.h"
#include "image/catalog/vz-catalog-reader.h"
#include "transfer/vz-http-client.h"

/* How this works
 *
 * The server is asked each time, but with the ETag of the existing copy, so that an unchanged
 * catalog is not sent again. A copy is kept only if it could be read as a catalog, so the login
 * page of a hotel network never replaces a good one. */

/* The copy, in two forms; both NULL if there is no usable one. */
typedef struct {
  VzCatalogCopy copy;
  GPtrArray *entries;
} Kept;

static void
kept_clear (Kept *self)
{
  vz_catalog_copy_clear (&self->copy);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Kept, kept_clear)

static void
find_kept (const char *url, Kept *ret_kept)
{
  if (!vz_catalog_copy_read (url, &ret_kept->copy))
    return;
  ret_kept->entries = vz_catalog_read (ret_kept->copy.body, url, url, NULL);
  if (ret_kept->entries == NULL)
    vz_catalog_copy_clear (&ret_kept->copy);
}

static void
keep (const char *url, GBytes *body, const VzHttpResponse *response, GStrvBuilder *notes)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *note = NULL;
  VzCatalogCopy copy = { body, response->etag, response->last_modified, 0 };

  if (vz_catalog_copy_write (url, &copy, &error))
    return;
  note = g_strdup_printf ("cannot keep the catalog '%s' for offline use: %s", url, error->message);
  g_strv_builder_add (notes, note);
}

/* The newest; NULL with @error. */
static GPtrArray *
fetch (const char *url, const Kept *kept, GStrvBuilder *notes, GCancellable *cancellable,
       GError **error)
{
  g_autoptr (VzHttpClient) client = vz_http_client_new ();
  g_auto (VzHttpResponse) response = { 0 };
  VzHttpRequest request = {
    .if_none_match = kept->copy.etag,
    .if_modified_since = kept->copy.last_modified,
    .limit = VZ_CATALOG_SIZE_MAX,
  };
  g_autoptr (GBytes)
    body = vz_http_client_get (client, url, &request, &response, cancellable, error);
  GPtrArray *entries;

  if (body == NULL)
    return NULL;
  if (response.status == 304)
    {
      vz_catalog_copy_confirm (url);
      return g_ptr_array_ref (kept->entries);
    }
  entries = vz_catalog_read (body, url, url, error);
  if (entries != NULL)
    keep (url, body, &response, notes);
  return entries;
}

static void
note_old_copy (const char *url, const Kept *kept, const GError *reason, GStrvBuilder *notes)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (kept->copy.time);
  g_autofree char *day = g_date_time_format (date, "%Y-%m-%d %H:%M");
  g_autofree char *note =
    g_strdup_printf ("using a copy of '%s' from %s, because the newest cannot be fetched: %s", url,
                     day, reason->message);

  g_strv_builder_add (notes, note);
}

GPtrArray *
vz_catalog_remote_load (const char *url, GStrvBuilder *notes, GCancellable *cancellable,
                        GError **error)
{
  g_auto (Kept) kept = { { NULL } };
  g_autoptr (GError) local = NULL;
  GPtrArray *entries;

  find_kept (url, &kept);
  entries = fetch (url, &kept, notes, cancellable, &local);
  if (entries == NULL && kept.entries != NULL && !vz_error_is_cancelled (local))
    {
      note_old_copy (url, &kept, local, notes);
      return g_ptr_array_ref (kept.entries);
    }
  if (entries == NULL &&
      (vz_error_is_cancelled (local) ||
       g_error_matches (local, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG)))
    g_propagate_error (error, g_steal_pointer (&local));
  else if (entries == NULL)
    vz_fail (error, VZ_ERROR_RESTORE_IMAGE_CATALOG_LOAD_FAILED, "%s", local->message);
  return entries;
}
