/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/zip/vz-image-source-private.h"

void
vz_image_source_free (VzImageSource *self)
{
  if (self != NULL)
    self->kind->free (self);
}

guint64
vz_image_source_get_size (VzImageSource *self)
{
  return self->size;
}

int
vz_image_source_get_fd (VzImageSource *self)
{
  return self->fd;
}

gboolean
vz_image_source_read (VzImageSource *self, guint64 offset, void *buffer, gsize size,
                      GCancellable *cancellable, GError **error)
{
  g_assert (offset <= self->size && size <= self->size - offset);
  return !g_cancellable_set_error_if_cancelled (cancellable, error) &&
         self->kind->read (self, offset, buffer, size, cancellable, error);
}

void
vz_image_source_expect (VzImageSource *self, guint64 begin, guint64 end)
{
  if (self->kind->expect != NULL)
    self->kind->expect (self, begin, MIN (end, self->size));
}
