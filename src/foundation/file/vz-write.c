/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-write.h"

#include <errno.h>
#include <unistd.h>

gboolean
vz_write_all (int fd, gconstpointer data, gsize size)
{
  const guint8 *bytes = data;

  while (size > 0)
    {
      ssize_t n = write (fd, bytes, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      bytes += n;
      size -= (gsize) n;
    }
  return TRUE;
}

gboolean
vz_pwrite_all (int fd, gconstpointer data, gsize size, off_t offset)
{
  const guint8 *bytes = data;

  while (size > 0)
    {
      ssize_t n = pwrite (fd, bytes, size, offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      bytes += n;
      size -= (gsize) n;
      offset += n;
    }
  return TRUE;
}
