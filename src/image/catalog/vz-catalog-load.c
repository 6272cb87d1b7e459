/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/catalog/vz-catalog-private.h"

#include "foundation/file/vz-file.h"
#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "image/catalog/vz-catalog-reader.h"
#include "image/catalog/vz-catalog-remote.h"
#include "image/catalog/vz-catalog-source.h"
#include "transfer/vz-http-handle.h"

static GPtrArray *
load_file (const char *location, GError **error)
{
  g_autofree char *path = g_uri_peek_scheme (location) != NULL
                            ? g_filename_from_uri (location, NULL, NULL)
                            : g_canonicalize_filename (location, NULL);
  g_autofree char *uri = path != NULL ? g_filename_to_uri (path, NULL, NULL) : NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) local = NULL;

  if (uri == NULL)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "'%s' is neither a file nor the address of a catalog", location);
  bytes = vz_file_read (path, VZ_CATALOG_SIZE_MAX, &local);
  if (bytes != NULL)
    return vz_catalog_read (bytes, uri, location, error);
  if (g_error_matches (local, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT)) /* too long, or not a file */
    return vz_fail_null (error, VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG, "catalog %s",
                         local->message);
  vz_fail_generalize (&local, VZ_ERROR_NOT_FOUND, VZ_ERROR_RESTORE_IMAGE_CATALOG_LOAD_FAILED);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static GPtrArray *
load (const char *location, GStrvBuilder *notes, GCancellable *cancellable, GError **error)
{
  if (vz_http_is_url (location))
    return vz_catalog_remote_load (location, notes, cancellable, error);
  return load_file (location, error);
}

/**
 * vz_catalog_load:
 * @location: path of a file, or an address, `https:`, `http:` or `file:`
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Loads one catalog of at most 4 MiB. A catalog from the network is kept in
 * `$XDG_CACHE_HOME/vz/catalogs` and transferred again only if it has changed; when the network
 * fails, the last good copy is used, and vz_catalog_get_notes() says so.
 *
 * Errors: %VZ_ERROR_RESTORE_IMAGE_CATALOG_LOAD_FAILED, with the reason, when the network fails and
 * there is no copy, or when a file does not exist (with %VZ_ERROR_NOT_FOUND below it);
 * %VZ_ERROR_INVALID_RESTORE_IMAGE_CATALOG for a file that is not a catalog, with the product and
 * the key that are wrong; %VZ_ERROR_INVALID_ARGUMENT for an address of another kind.
 *
 * Returns: (transfer full): the catalog, or %NULL
 */
VzCatalog *
vz_catalog_load (const char *location, GCancellable *cancellable, GError **error)
{
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();
  GPtrArray *entries;

  g_return_val_if_fail (location != NULL, NULL);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  entries = load (location, notes, cancellable, error);
  return entries != NULL ? vz_catalog_new (entries, g_strv_builder_end (notes)) : NULL;
}

/* Several catalogs being merged. */
typedef struct {
  GPtrArray *entries;
  GStrvBuilder *notes;
  guint loaded;
  GError *first; /* the first failure */
} Merger;

static void
merger_clear (Merger *self)
{
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->notes, g_strv_builder_unref);
  g_clear_error (&self->first);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Merger, merger_clear)

/* A failure is noted, and kept in case no catalog can be loaded. FALSE if cancelled. */
static gboolean
merger_add (Merger *self, const char *location, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) more = load (location, self->notes, cancellable, &local);
  g_autofree char *note = NULL;

  if (more != NULL)
    {
      g_ptr_array_set_free_func (more, NULL); /* the merger owns them now */
      g_ptr_array_extend (self->entries, more, NULL, NULL);
      self->loaded++;
      return TRUE;
    }
  if (vz_error_is_cancelled (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  note = g_strdup_printf ("catalog skipped: %s", local->message);
  g_strv_builder_add (self->notes, note);
  if (self->first == NULL)
    self->first = g_steal_pointer (&local);
  return TRUE;
}

static VzCatalog *
merger_end (Merger *self, const char *name, GError **error)
{
  if (self->loaded == 0 && self->first != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->first));
      return NULL;
    }
  if (self->loaded == 0)
    return vz_fail_null (error, VZ_ERROR_RESTORE_IMAGE_CATALOG_LOAD_FAILED,
                         "no catalog is configured for '%s'", name != NULL ? name : "*");
  vz_catalog_merge (self->entries);
  return vz_catalog_new (g_steal_pointer (&self->entries), g_strv_builder_end (self->notes));
}

/**
 * vz_catalog_load_configured:
 * @name: (nullable): the name to look for, as for vz_catalog_find()
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Loads all catalogs that this host is configured for into one: Apple's, ours, and those named by
 * files in `catalogs.d` in vz's data directory, in `/etc/vz` and in `$XDG_CONFIG_HOME/vz`. With a
 * @name, catalogs that cannot contain it are skipped; in particular, Apple's server is not
 * contacted when only Linux is wanted. An image that is in several catalogs is taken from the
 * first.
 *
 * A catalog that cannot be loaded is reported by vz_catalog_get_notes(); it is an error only when
 * there is no other.
 *
 * Errors: as for vz_catalog_load(); %VZ_ERROR_INVALID_ARGUMENT when @name is not a valid name.
 *
 * Returns: (transfer full): the catalog, or %NULL
 */
VzCatalog *
vz_catalog_load_configured (const char *name, GCancellable *cancellable, GError **error)
{
  g_auto (VzCatalogName) wanted = { VZ_CATALOG_NAME_VERSION, NULL, NULL };
  g_auto (Merger) merger = { NULL };
  g_autoptr (GPtrArray) sources = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      (name != NULL && !vz_catalog_name_parse (name, &wanted, error)))
    return NULL;
  merger.entries = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_catalog_entry_unref);
  merger.notes = g_strv_builder_new ();
  sources = vz_catalog_source_list (merger.notes);
  for (guint i = 0; i < sources->len; i++)
    {
      const VzCatalogSource *source = g_ptr_array_index (sources, i);

      if (vz_catalog_source_may_have (source, &wanted) &&
          !merger_add (&merger, source->location, cancellable, error))
        return NULL;
    }
  return merger_end (&merger, name, error);
}

static gpointer
load_in_thread (gpointer source, gpointer location, GCancellable *cancellable, GError **error)
{
  return vz_catalog_load (location, cancellable, error);
}

/**
 * vz_catalog_load_async:
 * @location: as for vz_catalog_load()
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_catalog_load() without blocking.
 */
void
vz_catalog_load_async (const char *location, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (location != NULL);
  vz_async_start_with_text (load_in_thread, vz_catalog_load_async, location, cancellable, callback,
                            user_data);
}

/**
 * vz_catalog_load_finish:
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_catalog_load_async().
 *
 * Returns: (transfer full): the catalog, or %NULL
 */
VzCatalog *
vz_catalog_load_finish (GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, NULL, vz_catalog_load_async, error);
}

static gpointer
load_configured_in_thread (gpointer source, gpointer name, GCancellable *cancellable,
                           GError **error)
{
  return vz_catalog_load_configured (name, cancellable, error);
}

/**
 * vz_catalog_load_configured_async:
 * @name: (nullable): as for vz_catalog_load_configured()
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_catalog_load_configured() without blocking.
 */
void
vz_catalog_load_configured_async (const char *name, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  vz_async_start_with_text (load_configured_in_thread, vz_catalog_load_configured_async, name,
                            cancellable, callback, user_data);
}

/**
 * vz_catalog_load_configured_finish:
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_catalog_load_configured_async().
 *
 * Returns: (transfer full): the catalog, or %NULL
 */
VzCatalog *
vz_catalog_load_configured_finish (GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, NULL, vz_catalog_load_configured_async, error);
}
