/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/zip/vz-image-container-private.h"

#include "foundation/vz-fail.h"

/* A member read from its beginning to its end, unpacked by libzip. */

struct _VzImageStream {
  VzImageContainer *container;
  const VzImageMember *member;
  zip_file_t *file; /* used under the container's lock */
  guint64 done;
};

static gboolean
check_packing (const VzImageMember *member, GError **error)
{
  g_autofree char *problem = vz_image_member_packing_problem (member);

  return problem == NULL ||
         vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "member '%s' %s", member->name, problem);
}

VzImageStream *
vz_image_container_open_member (VzImageContainer *self, const VzImageMember *member,
                                GCancellable *cancellable, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  VzImageStream *stream;
  zip_file_t *file;
  guint64 offset;

  if (!check_packing (member, error))
    return NULL;
  if (!vz_image_container_locate_data (self, member, &offset, cancellable, error))
    {
      vz_fail_prefix (error, "member '%s': ", member->name);
      return NULL;
    }
  vz_image_container_begin (self, cancellable);
  file = zip_fopen_index (self->archive, member->index, 0);
  if (file == NULL)
    {
      vz_image_container_fail_zip (self, "reading member ", member->name,
                                   zip_get_error (self->archive), error);
      return NULL;
    }
  /* libzip reads only the parts of the header that it needs, and none for an empty member */
  if (self->first_read != G_MAXUINT64 &&
      (self->first_read < member->offset || self->first_read - member->offset >= LOCAL_HEADER_SIZE))
    {
      zip_fclose (file);
      return vz_fail_null (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                           "the zip file's directory can be read in two ways: member '%s'",
                           member->name);
    }
  stream = g_new0 (VzImageStream, 1);
  stream->container = vz_image_container_ref (self);
  stream->member = member;
  stream->file = file;
  return stream;
}

/* libzip compares the checksum on reaching the end, so the end must be read as well. */
static gboolean
read_end (VzImageStream *self, GError **error)
{
  guint8 beyond;
  zip_int64_t n = zip_fread (self->file, &beyond, 1);

  if (n < 0)
    return vz_image_container_fail_zip (self->container, "reading member ", self->member->name,
                                        zip_file_get_error (self->file), error);
  if (n > 0)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "member '%s' is longer than the %" G_GUINT64_FORMAT " bytes it claims",
                    self->member->name, self->member->size);
  return TRUE;
}

gssize
vz_image_stream_read (VzImageStream *self, void *buffer, gsize size, GCancellable *cancellable,
                      GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->container->lock);
  gsize wanted = (gsize) MIN (size, self->member->size - self->done);
  gsize done = 0;

  vz_image_container_begin (self->container, cancellable);
  while (done < wanted)
    {
      zip_int64_t n = zip_fread (self->file, (guint8 *) buffer + done, wanted - done);

      if (n < 0)
        vz_image_container_fail_zip (self->container, "reading member ", self->member->name,
                                     zip_file_get_error (self->file), error);
      else if (n == 0)
        vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                 "member '%s' ends after %" G_GUINT64_FORMAT " of the %" G_GUINT64_FORMAT
                 " bytes it claims",
                 self->member->name, self->done, self->member->size);
      if (n <= 0)
        return -1;
      done += (gsize) n;
      self->done += (guint64) n;
    }
  if (self->done == self->member->size && !read_end (self, error))
    return -1;
  return (gssize) done;
}

void
vz_image_stream_free (VzImageStream *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->container->lock);
  zip_fclose (self->file);
  g_mutex_unlock (&self->container->lock);
  vz_image_container_unref (self->container);
  g_free (self);
}

GBytes *
vz_image_container_read (VzImageContainer *self, const VzImageMember *member, gsize limit,
                         GCancellable *cancellable, GError **error)
{
  g_autoptr (VzImageStream) stream = NULL;
  g_autofree guint8 *data = NULL;

  if (member->size > limit)
    return vz_fail_null (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                         "member '%s' has %" G_GUINT64_FORMAT " bytes, at most %" G_GSIZE_FORMAT
                         " allowed",
                         member->name, member->size, limit);
  stream = vz_image_container_open_member (self, member, cancellable, error);
  if (stream == NULL)
    return NULL;
  data = g_malloc (member->size + 1);
  if (vz_image_stream_read (stream, data, member->size, cancellable, error) < 0)
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), member->size);
}
