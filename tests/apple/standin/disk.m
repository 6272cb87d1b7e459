/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A disk that becomes full: the linker leads the programs' own calls here. */

#import "standin.h"

#include <errno.h>
#include <unistd.h>

extern ssize_t __real_write (int fd, const void *bytes, size_t length);
extern int __real_ftruncate (int fd, off_t length);

ssize_t __wrap_write (int fd, const void *bytes, size_t length);
int __wrap_ftruncate (int fd, off_t length);

static unsigned long long written;

static BOOL
is_full (void)
{
  return option ("DISK_LIMIT", NULL) != NULL && written > option_number ("DISK_LIMIT", 0);
}

ssize_t
__wrap_write (int fd, const void *bytes, size_t length)
{
  if (fd > STDERR_FILENO)
    written += length;
  if (fd <= STDERR_FILENO || !is_full ())
    return __real_write (fd, bytes, length);
  errno = ENOSPC;
  return -1;
}

/* The blocks of a sparse file are not taken, but its inode is. */
int
__wrap_ftruncate (int fd, off_t length)
{
  if (length == 0 || !is_full ())
    return __real_ftruncate (fd, length);
  errno = ENOSPC;
  return -1;
}
