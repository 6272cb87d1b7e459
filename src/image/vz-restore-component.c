/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/vz-restore-component.h"

#include "foundation/file/vz-file-system.h"
#include "foundation/vz-fail.h"
#include "image/chunks/vz-chunk-pipeline.h"
#include "image/manifest/vz-chunk.h"
#include "image/manifest/vz-component-private.h"
#include "image/vz-restore-image-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

GPtrArray *
vz_restore_image_list_disk_components (VzRestoreImage *self)
{
  const VzBuildIdentity *identity = vz_restore_image_get_install_identity (self);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_component_unref);

  for (guint i = 0; identity != NULL && i < identity->components->len; i++)
    {
      VzComponent *component = g_ptr_array_index (identity->components, i);

      if (component->chunk_size > 0)
        g_ptr_array_add (list, vz_component_ref (component));
    }
  return list;
}

static const VzComponent *
find_component (VzRestoreImage *self, const char *name, GError **error)
{
  const VzBuildIdentity *identity = vz_restore_image_get_install_identity (self);

  for (guint i = 0; identity != NULL && i < identity->components->len; i++)
    {
      const VzComponent *component = g_ptr_array_index (identity->components, i);

      if (component->chunk_size > 0 && g_str_equal (component->name, name))
        return component;
    }
  return vz_fail_null (error, VZ_ERROR_NOT_FOUND, "the image has no component %s to restore", name);
}

guint64
vz_restore_component_get_data_size (const VzComponent *component)
{
  guint64 bytes = 0;

  for (guint32 i = 0; i < component->n_chunks; i++)
    if (!vz_chunk_digest_is_absent (vz_component_get_chunk_digest (component, i)))
      bytes += vz_chunk_length (component->size, component->chunk_size, i);
  return bytes;
}

guint64
vz_restore_component_get_work (VzRestoreImage *self, const char *component)
{
  const VzComponent *found = find_component (self, component, NULL);
  VzImageContainer *container = vz_restore_image_get_container (self);
  guint64 bytes = 0;

  if (found == NULL || container == NULL ||
      !vz_chunk_pipeline_measure (container, found, &bytes, NULL))
    return 0;
  return bytes;
}

/* Makes the range read as zeros: chunks of zeros are not written, so no old data may remain. */
static gboolean
clear_range (int fd, guint64 offset, guint64 size, GError **error)
{
  struct stat st;

  if (fstat (fd, &st) < 0)
    return vz_fail_errno (error, "reading the disk's size");
  if (!S_ISREG (st.st_mode))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "the disk is not a regular file");
  if (offset > (guint64) st.st_size || size > (guint64) st.st_size - offset)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "the disk has %" G_GINT64_FORMAT " bytes, %" G_GUINT64_FORMAT " needed",
                    (gint64) st.st_size, offset + size);
  if (!vz_fs_clear_range (fd, (off_t) offset, (off_t) size))
    return vz_fail_errno (error, "clearing the place on the disk");
  return TRUE;
}

gboolean
vz_restore_component_to_fd (VzRestoreImage *self, const char *component, int disk_fd,
                            guint64 offset, VzProgress *progress, GCancellable *cancellable,
                            GError **error)
{
  const VzComponent *found = find_component (self, component, error);
  VzImageContainer *container = vz_restore_image_get_container (self);

  if (found == NULL)
    return FALSE;
  if (container == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "the restore image is not a local file");
  return clear_range (disk_fd, offset, found->size, error) &&
         vz_chunk_pipeline_run (container, found, disk_fd, offset, progress, cancellable, error);
}
