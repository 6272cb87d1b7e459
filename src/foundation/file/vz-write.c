/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-write.h"

#include <errno.h>
#include <unistd.h>

/* @offset -1: the descriptor's position. */
static gboolean
write_rest (int fd, const guint8 *bytes, gsize size, off_t offset)
{
  while (size > 0)
    {
      ssize_t n = offset < 0 ? write (fd, bytes, size) : pwrite (fd, bytes, size, offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      bytes += n;
      size -= (gsize) n;
      if (offset >= 0)
        offset += n;
    }
  return TRUE;
}

gboolean
vz_write_all (int fd, gconstpointer data, gsize size)
{
  return write_rest (fd, data, size, -1);
}

gboolean
vz_pwrite_all (int fd, gconstpointer data, gsize size, off_t offset)
{
  return write_rest (fd, data, size, offset);
}
