/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/vz-restore-image-private.h"

#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "image/manifest/vz-build-manifest-format.h"
#include "image/vz-image-contents.h"
#include "transfer/vz-http-handle.h"

#include <string.h>

/* How a restore image is created: read from its location, or only described. */

void
vz_restore_image_parts_clear (VzRestoreImageParts *self)
{
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->container, vz_image_container_unref);
  g_clear_pointer (&self->manifest, vz_build_manifest_free);
  g_clear_pointer (&self->entry, vz_catalog_entry_unref);
}

static VzBuildManifest *
read_manifest (VzImageContainer *container, GCancellable *cancellable, GError **error)
{
  const VzImageMember *member = vz_image_container_find (container, VZ_MANIFEST_MEMBER);
  g_autoptr (GBytes) bytes = NULL;

  if (member == NULL)
    return vz_fail_null (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                         "it has no %s, so it is not a restore image", VZ_MANIFEST_MEMBER);
  bytes = vz_image_container_read (container, member, VZ_MANIFEST_SIZE_MAX, cancellable, error);
  return bytes != NULL ? vz_build_manifest_parse (bytes, error) : NULL;
}

static VzRestoreImage *
load_from (const char *location, VzCatalogEntry *entry, GCancellable *cancellable, GError **error)
{
  g_auto (VzRestoreImageParts) parts = { NULL };

  parts.entry = entry != NULL ? vz_catalog_entry_ref (entry) : NULL;
  if (vz_http_is_url (location))
    {
      parts.url = g_strdup (location);
      parts.container = vz_image_container_open_url (location, cancellable, error);
    }
  else
    {
      parts.path = g_canonicalize_filename (location, NULL);
      parts.url = g_filename_to_uri (parts.path, NULL, NULL);
      parts.container = vz_image_container_open (location, cancellable, error);
    }
  if (parts.container != NULL)
    parts.manifest = read_manifest (parts.container, cancellable, error);
  if (parts.manifest == NULL)
    return NULL;
  parts.unpacked_size = vz_image_contents_measure (parts.container, parts.manifest);
  return vz_restore_image_new (&parts);
}

VzRestoreImage *
vz_restore_image_load_listed (const char *location, VzCatalogEntry *entry,
                              GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  VzRestoreImage *image = load_from (location, entry, cancellable, &local);

  if (image != NULL)
    return image;
  vz_fail_generalize (&local, VZ_ERROR_NOT_FOUND, VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED);
  vz_fail_generalize (&local, VZ_ERROR_DIGEST_MISMATCH, VZ_ERROR_INVALID_RESTORE_IMAGE);
  /* transfer errors already name the address */
  if (strstr (local->message, location) == NULL)
    vz_fail_prefix (&local, "restore image '%s': ", location);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

VzRestoreImage *
vz_restore_image_new_described (const char *url, const VzRestoreImageDescription *description,
                                VzCatalogEntry *entry)
{
  g_autoptr (GPtrArray) components = g_ptr_array_new ();
  g_autoptr (GBytes) bytes = vz_build_manifest_format (description, components);
  g_autoptr (GError) error = NULL;
  VzRestoreImageParts parts = { NULL };

  parts.url = g_strdup (url);
  parts.entry = entry != NULL ? vz_catalog_entry_ref (entry) : NULL;
  /* Through the manifest, so that the same rules apply to a described image as to a loaded one. */
  parts.manifest = vz_build_manifest_parse (bytes, &error);
  if (parts.manifest == NULL)
    g_error ("malformed description of '%s': %s", url, error->message);
  return vz_restore_image_new (&parts);
}

VzRestoreImage *
vz_restore_image_new_listed (VzCatalogEntry *entry)
{
  VzRestoreImageParts parts = { NULL };
  const char *products[] = { entry->product, NULL };

  parts.url = g_strdup (entry->url);
  parts.entry = vz_catalog_entry_ref (entry);
  parts.manifest = g_new0 (VzBuildManifest, 1);
  parts.manifest->product_version = g_strdup (entry->product_version);
  parts.manifest->build_version = g_strdup (entry->build_version);
  parts.manifest->operating_system = g_strdup (entry->operating_system);
  parts.manifest->product_types = g_strdupv ((GStrv) products);
  parts.manifest->identities = g_ptr_array_new ();
  return vz_restore_image_new (&parts);
}

/**
 * vz_restore_image_load:
 * @location: the path of a restore image, Apple's or ours, or its http or https address
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Reads the description in a restore image. The components' digests are not verified, see
 * vz_restore_image_verify(); an installation verifies what it uses. Fails with
 * %VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED when the file cannot be read (below it %VZ_ERROR_NOT_FOUND
 * when it does not exist), %VZ_ERROR_INVALID_RESTORE_IMAGE when it is not a restore image or is
 * damaged (below it %VZ_ERROR_DIGEST_MISMATCH when its manifest is).
 *
 * Only the zip file's directory and the manifest are fetched from an image on a server: one or two
 * megabytes at most for one of Apple's images, in a few requests. The image then has a URL and no
 * path. A server that does not serve ranges is refused with %VZ_ERROR_NETWORK_ERROR, as is every
 * other failure of the network.
 *
 * Returns: (transfer full): the image
 */
VzRestoreImage *
vz_restore_image_load (const char *location, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (location != NULL, NULL);
  return vz_restore_image_load_listed (location, NULL, cancellable, error);
}

static gpointer
load_in_thread (gpointer source, gpointer location, GCancellable *cancellable, GError **error)
{
  return vz_restore_image_load_listed (location, NULL, cancellable, error);
}

/**
 * vz_restore_image_load_async:
 * @location: as for vz_restore_image_load()
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_restore_image_load() without blocking.
 */
void
vz_restore_image_load_async (const char *location, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (location != NULL);
  vz_async_start_with_text (load_in_thread, vz_restore_image_load_async, location, cancellable,
                            callback, user_data);
}

/**
 * vz_restore_image_load_finish:
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_restore_image_load_async().
 *
 * Returns: (transfer full): the image
 */
VzRestoreImage *
vz_restore_image_load_finish (GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, NULL, vz_restore_image_load_async, error);
}
