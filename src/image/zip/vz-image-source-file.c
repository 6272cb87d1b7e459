/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/zip/vz-image-source-private.h"

#include "foundation/vz-fail.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

gboolean
vz_image_source_read_fd (int fd, guint64 offset, void *buffer, gsize size, GError **error)
{
  gsize done = 0;

  while (done < size)
    {
      ssize_t n = pread (fd, (guint8 *) buffer + done, size - done, (off_t) (offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return vz_fail (error, VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED, "reading: %s",
                        g_strerror (errno));
      if (n == 0)
        return vz_fail (error, VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED,
                        "the file became shorter while it was being read");
      done += (gsize) n;
    }
  return TRUE;
}

static gboolean
file_read (VzImageSource *self, guint64 offset, void *buffer, gsize size, GCancellable *cancellable,
           GError **error)
{
  return vz_image_source_read_fd (self->fd, offset, buffer, size, error);
}

static void
file_free (VzImageSource *self)
{
  if (self->fd >= 0)
    (void) close (self->fd);
  g_free (self);
}

static const VzImageSourceKind file_kind = { .read = file_read, .free = file_free };

VzImageSource *
vz_image_source_new_for_file (const char *path, GError **error)
{
  g_autoptr (VzImageSource) self = g_new0 (VzImageSource, 1);
  struct stat st;

  self->kind = &file_kind;
  /* Nonblocking, so that a FIFO cannot block us; it is refused below. */
  self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (self->fd < 0 && errno == ENOENT)
    return vz_fail_null (error, VZ_ERROR_NOT_FOUND, "there is no such file");
  if (self->fd < 0 || fstat (self->fd, &st) < 0)
    return vz_fail_null (error, VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED, "opening: %s",
                         g_strerror (errno));
  if (!S_ISREG (st.st_mode))
    return vz_fail_null (error, VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED, "it is not a regular file");
  if (st.st_size == 0)
    return vz_fail_null (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "the file is empty");
  self->size = (guint64) st.st_size;
  return g_steal_pointer (&self);
}
