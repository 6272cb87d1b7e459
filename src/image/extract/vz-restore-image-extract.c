/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/extract/vz-restore-image-extract.h"

#include "foundation/file/vz-destination.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-async.h"
#include "foundation/vz-fail.h"
#include "image/extract/vz-extract-folder.h"
#include "image/extract/vz-extract-plan.h"
#include "image/extract/vz-extract-run.h"
#include "image/vz-restore-image-private.h"

static gboolean
check_places (const VzExtractPlan *plan, VzExtractFolder *folder, GError **error)
{
  for (guint i = 0; i < plan->items->len; i++)
    if (!vz_extract_folder_check (folder, g_array_index (plan->items, VzExtractItem, i).target,
                                  error))
      return FALSE;
  return TRUE;
}

/* For an image on a server, the space needed is checked before the transfer; holes in a local one
 * need none, and running out costs little. */
static gboolean
check_destination (VzRestoreImage *image, const VzExtractPlan *plan, const char *folder,
                   GError **error)
{
  VzDestination wanted = { .flags = VZ_DESTINATION_FOLDER, .length = plan->size };

  if (vz_restore_image_get_path (image) == NULL)
    wanted.data = plan->size;
  for (guint i = 0; i < plan->items->len; i++)
    {
      const VzExtractItem *item = &g_array_index (plan->items, VzExtractItem, i);

      wanted.largest =
        MAX (wanted.largest, item->member != NULL ? item->member->size : item->component->size);
      if (item->member != NULL && vz_image_member_is_link (item->member))
        wanted.flags |= VZ_DESTINATION_LINKS;
    }
  return vz_destination_check (folder, &wanted, error);
}

static GPtrArray *
list_files (const VzExtractPlan *plan, GArray *verified, const char *folder)
{
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_extracted_file_unref);

  for (guint i = 0; i < plan->items->len; i++)
    {
      const VzExtractItem *item = &g_array_index (plan->items, VzExtractItem, i);
      VzExtractedFile *file;

      if (g_str_has_suffix (item->target, "/"))
        continue;
      file = g_atomic_rc_box_new0 (VzExtractedFile);
      file->name = g_strdup (item->member != NULL ? item->member->name : item->component->name);
      file->path = g_build_filename (folder, item->target, NULL);
      file->size = item->member != NULL ? item->member->size : item->component->size;
      file->is_verified = g_array_index (verified, gboolean, i);
      g_ptr_array_add (files, file);
    }
  return files;
}

static GPtrArray *
extract (VzRestoreImage *self, const char *const *names, const char *path, VzProgress *progress,
         GCancellable *cancellable, GError **error)
{
  const char *local = vz_restore_image_get_path (self);
  VZ_ERROR_PREFIX ("extracting from '%s'", local != NULL ? local : vz_restore_image_get_url (self));
  g_autoptr (VzExtractPlan) plan = NULL;
  g_autoptr (VzExtractFolder) folder = NULL;
  g_autoptr (GArray) verified = NULL;

  if (vz_restore_image_get_container (self) == NULL)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "the restore image must be composed first");
  plan = vz_extract_plan_new (self, names, error);
  if (plan == NULL)
    return NULL;
  if (!check_destination (self, plan, path, error))
    return NULL;
  folder = vz_extract_folder_open (path, error);
  if (folder == NULL || !check_places (plan, folder, error))
    return NULL;
  verified = vz_extract_run (self, plan, folder, progress, cancellable, error);
  if (verified == NULL || !vz_extract_folder_commit (folder, error))
    return NULL;
  return list_files (plan, verified, path);
}

/**
 * vz_restore_image_extract:
 * @self: an image, local or on a server
 * @names: (array zero-terminated=1): what to extract
 * @folder: (type filename): where to put it; created if it does not exist, unlike the folders above
 *   it
 * @progress: (nullable): counts bytes of the image that are read; its total is set
 * @cancellable: (nullable): cancels
 * @error: return location for an error, or %NULL
 *
 * Extracts files from an image. Each of @names is one of
 *
 * - the name of a file in the image, `Firmware/dfu/iBSS.vma2.RELEASE.im4p`,
 * - a pattern for such names, in which `*` stands for any characters, `/` included, and `?` for
 * one; what Finder puts into a folder `__MACOSX` is only matched by a pattern that begins with
 * that,
 * - the name of a component, `KernelCache`, or with a board `KernelCache@vma2macosap`. Without a
 * board, the one of the machine that this host would install is meant, or else the one for virtual
 * machines.
 *
 * A file keeps its name below @folder. A component in chunks is assembled into one file `NAME.img`,
 * the contents of its partition. Zero bytes become holes.
 *
 * Only what is needed is fetched from an image on a server. Everything is checked against the
 * checksums of the zip file and the digests of the manifest. All files appear together when all are
 * complete; on failure nothing is left. Nothing is overwritten, and no link in @folder is followed.
 * Links in the image are created if they cannot lead out of @folder.
 *
 * Fails with %VZ_ERROR_NOT_FOUND, with %VZ_ERROR_INVALID_ARGUMENT when a component is several
 * files, %VZ_ERROR_EXISTS, %VZ_ERROR_OUT_OF_DISK_SPACE, %VZ_ERROR_DIGEST_MISMATCH,
 * %VZ_ERROR_INVALID_RESTORE_IMAGE when the image is damaged or contains a device or a link that
 * leads out of @folder, or %VZ_ERROR_NETWORK_ERROR.
 *
 * Returns: (transfer container) (element-type VzExtractedFile): the files, in the order of the
 * image
 */
GPtrArray *
vz_restore_image_extract (VzRestoreImage *self, const char *const *names, const char *folder,
                          VzProgress *progress, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), NULL);
  g_return_val_if_fail (names != NULL && folder != NULL, NULL);
  return extract (self, names, folder, progress, cancellable, error);
}

typedef struct {
  GStrv names;
  char *folder;
  VzProgress *progress; /* may be NULL */
} Wish;

static void
free_wish (gpointer data)
{
  Wish *wish = data;

  g_strfreev (wish->names);
  g_free (wish->folder);
  g_clear_object (&wish->progress);
  g_free (wish);
}

static gpointer
extract_call (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  const Wish *wish = data;

  return extract (source, (const char *const *) wish->names, wish->folder, wish->progress,
                  cancellable, error);
}

/**
 * vz_restore_image_extract_async:
 * @self: an image, local or on a server
 * @names: (array zero-terminated=1): what to extract, see vz_restore_image_extract()
 * @folder: (type filename): where to put it
 * @progress: (nullable): counts bytes of the image that are read; its total is set
 * @cancellable: (nullable): cancels
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * vz_restore_image_extract() without blocking.
 */
void
vz_restore_image_extract_async (VzRestoreImage *self, const char *const *names, const char *folder,
                                VzProgress *progress, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  Wish *wish;
  VzAsync async = { .call = extract_call,
                    .tag = vz_restore_image_extract_async,
                    .free_data = free_wish,
                    .free_result = (GDestroyNotify) g_ptr_array_unref };

  g_return_if_fail (VZ_IS_RESTORE_IMAGE (self));
  g_return_if_fail (names != NULL && folder != NULL);
  wish = g_new0 (Wish, 1);
  wish->names = g_strdupv ((GStrv) names);
  wish->folder = g_strdup (folder);
  wish->progress = progress != NULL ? g_object_ref (progress) : NULL;
  async.data = wish;
  vz_async_start (&async, self, cancellable, callback, user_data);
}

/**
 * vz_restore_image_extract_finish:
 * @self: an image
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Finishes vz_restore_image_extract_async().
 *
 * Returns: (transfer container) (element-type VzExtractedFile): the files, in the order of the
 * image
 */
GPtrArray *
vz_restore_image_extract_finish (VzRestoreImage *self, GAsyncResult *result, GError **error)
{
  return vz_async_finish (result, self, vz_restore_image_extract_async, error);
}
