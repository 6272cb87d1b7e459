/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/vz-mac-os-restore-image.h"

#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "image/vz-restore-image-catalog.h"

#define NEWEST_MACOS "macos" /* what to ask catalogs for */

/**
 * VzMacOSRestoreImage:
 *
 * One of Apple's restore images for macOS. vz_restore_image_load() and the catalog functions return
 * one for such an image. On a Linux host it can be listed, fetched, inspected, verified and
 * extracted, and its requirements can be read; it is not supported, so
 * vz_restore_image_get_most_featureful_supported_configuration() is %NULL, as Apple documents for
 * an image that has nothing the host can run, and vz_restore_image_get_unsupported_reasons() says
 * why. Immutable. Apple: `VZMacOSRestoreImage`.
 *
 * QEMU: not used.
 *
 * Since: 0.1
 */
struct _VzMacOSRestoreImage {
  VzRestoreImage parent_instance;
};

G_DEFINE_FINAL_TYPE (VzMacOSRestoreImage, vz_mac_os_restore_image, VZ_TYPE_RESTORE_IMAGE)

static void
vz_mac_os_restore_image_class_init (VzMacOSRestoreImageClass *klass)
{
}

static void
vz_mac_os_restore_image_init (VzMacOSRestoreImage *self)
{
}

/* Takes @image, which may be NULL. */
static VzMacOSRestoreImage *
require_macos (VzRestoreImage *image, GError **error)
{
  g_autoptr (VzRestoreImage) owned = image;

  if (owned == NULL)
    return NULL;
  if (!VZ_IS_MAC_OS_RESTORE_IMAGE (owned))
    return vz_fail_null (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                         "restore image '%s': it is for %s, not for macOS",
                         vz_restore_image_get_url (owned),
                         vz_restore_image_get_operating_system (owned));
  return VZ_MAC_OS_RESTORE_IMAGE (g_steal_pointer (&owned));
}

/**
 * vz_mac_os_restore_image_load:
 * @location: the path of one of Apple's restore images, or its http or https address
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Loads an image as vz_restore_image_load() does; also fails with %VZ_ERROR_INVALID_RESTORE_IMAGE
 * for an image of a different system. Apple: `loadFileURL:completionHandler:`.
 *
 * Returns: (transfer full): the image
 */
VzMacOSRestoreImage *
vz_mac_os_restore_image_load (const char *location, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (location != NULL, NULL);
  return require_macos (vz_restore_image_load (location, cancellable, error), error);
}

static gpointer
load_in_thread (gpointer source, gpointer location, GCancellable *cancellable, GError **error)
{
  return vz_mac_os_restore_image_load (location, cancellable, error);
}

/**
 * vz_mac_os_restore_image_load_async:
 * @location: as for vz_mac_os_restore_image_load()
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_mac_os_restore_image_load() without blocking.
 */
void
vz_mac_os_restore_image_load_async (const char *location, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (location != NULL);
  vz_async_start_with_text (load_in_thread, vz_mac_os_restore_image_load_async, location,
                            cancellable, callback, user_data);
}

/**
 * vz_mac_os_restore_image_load_finish:
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_mac_os_restore_image_load_async().
 *
 * Returns: (transfer full): the image
 */
VzMacOSRestoreImage *
vz_mac_os_restore_image_load_finish (GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, NULL, vz_mac_os_restore_image_load_async, error);
}

/**
 * vz_mac_os_restore_image_fetch_latest:
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Finds the newest image for Apple's virtual Mac in the catalogs that this host is configured for.
 * Nothing of the image itself is fetched: load its address to read its requirements. Apple's
 * `fetchLatestSupportedWithCompletionHandler:` gives the newest that the host supports; a Linux
 * host supports none, so this finds the newest of all, which is not supported.
 *
 * Errors: those of vz_restore_image_fetch_latest().
 *
 * Returns: (transfer full): the image
 */
VzMacOSRestoreImage *
vz_mac_os_restore_image_fetch_latest (GCancellable *cancellable, GError **error)
{
  return require_macos (vz_restore_image_fetch_latest (NEWEST_MACOS, cancellable, error), error);
}

static gpointer
fetch_in_thread (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  return vz_mac_os_restore_image_fetch_latest (cancellable, error);
}

/**
 * vz_mac_os_restore_image_fetch_latest_async:
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_mac_os_restore_image_fetch_latest() without blocking.
 */
void
vz_mac_os_restore_image_fetch_latest_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                            gpointer user_data)
{
  vz_async_start_with_text (fetch_in_thread, vz_mac_os_restore_image_fetch_latest_async, NULL,
                            cancellable, callback, user_data);
}

/**
 * vz_mac_os_restore_image_fetch_latest_finish:
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_mac_os_restore_image_fetch_latest_async().
 *
 * Returns: (transfer full): the image
 */
VzMacOSRestoreImage *
vz_mac_os_restore_image_fetch_latest_finish (GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, NULL, vz_mac_os_restore_image_fetch_latest_async, error);
}

/**
 * vz_mac_os_restore_image_get_version_numbers:
 * @self: an image
 * @major: (out) (optional): 15 of `15.5`
 * @minor: (out) (optional): 5
 * @patch: (out) (optional): 0
 *
 * Gets the version of vz_restore_image_get_operating_system_version() as numbers; a missing number
 * is 0. Apple: `operatingSystemVersion`.
 */
void
vz_mac_os_restore_image_get_version_numbers (VzMacOSRestoreImage *self, guint *major, guint *minor,
                                             guint *patch)
{
  guint *numbers[] = { major, minor, patch };
  g_auto (GStrv) parts = NULL;

  g_return_if_fail (VZ_IS_MAC_OS_RESTORE_IMAGE (self));
  parts = g_strsplit (vz_restore_image_get_operating_system_version (VZ_RESTORE_IMAGE (self)), ".",
                      G_N_ELEMENTS (numbers));
  for (guint i = 0, left = g_strv_length (parts); i < G_N_ELEMENTS (numbers); i++)
    if (numbers[i] != NULL)
      *numbers[i] = i < left ? (guint) MIN (g_ascii_strtoull (parts[i], NULL, 10), G_MAXUINT) : 0;
}
