/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

gboolean
vz_lock_take (int fd)
{
  gboolean is_writable = (fcntl (fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
  struct flock lock = { .l_type = is_writable ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET };

  if (fcntl (fd, F_OFD_SETLK, &lock) == 0)
    return TRUE;
  if (errno == EACCES)
    errno = EAGAIN;
  return FALSE;
}

gboolean
vz_lock_is_held (int fd)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

  return fcntl (fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}
