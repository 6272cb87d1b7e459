/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Preloaded: a file system on which some calls fail. VZ_LACKING names them and the error,
 * "renameat2=EINVAL,fallocate=EOPNOTSUPP"; the list of calls is below. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/fs.h>

static const struct {
  const char *name;
  int number;
} errors[] = {
  { "EINVAL", EINVAL }, { "ENOSYS", ENOSYS }, { "EOPNOTSUPP", EOPNOTSUPP }, { "EPERM", EPERM }
};

static int
lacks (const char *call)
{
  const char *list = getenv ("VZ_LACKING");
  size_t length = strlen (call);

  for (const char *at = list; at != NULL && *at != '\0';
       at = strchr (at, ',') != NULL ? strchr (at, ',') + 1 : NULL)
    {
      if (strncmp (at, call, length) != 0 || at[length] != '=')
        continue;
      for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strncmp (at + length + 1, errors[i].name, strlen (errors[i].name)) == 0)
          {
            errno = errors[i].number;
            return 1;
          }
      abort (); /* the test's own mistake */
    }
  return 0;
}

int
renameat2 (int from_directory, const char *from, int to_directory, const char *to,
           unsigned int flags)
{
  if (lacks ("renameat2"))
    return -1;
  return (int) syscall (SYS_renameat2, from_directory, from, to_directory, to, flags);
}

int
linkat (int from_directory, const char *from, int to_directory, const char *to, int flags)
{
  return lacks ("linkat")
           ? -1
           : (int) syscall (SYS_linkat, from_directory, from, to_directory, to, flags);
}

int
symlinkat (const char *target, int directory, const char *name)
{
  return lacks ("symlinkat") ? -1 : (int) syscall (SYS_symlinkat, target, directory, name);
}

int
fallocate (int fd, int mode, off_t offset, off_t size)
{
  return lacks ("fallocate") ? -1 : (int) syscall (SYS_fallocate, fd, mode, offset, size);
}

int
fallocate64 (int fd, int mode, off_t offset, off_t size)
{
  return fallocate (fd, mode, offset, size);
}

ssize_t
copy_file_range (int from, off_t *source, int to, off_t *target, size_t size, unsigned int flags)
{
  return lacks ("copy_file_range")
           ? -1
           : syscall (SYS_copy_file_range, from, source, to, target, size, flags);
}

int
fchmod (int fd, mode_t mode)
{
  return lacks ("fchmod") ? -1 : (int) syscall (SYS_fchmod, fd, mode);
}

/* Of directories only. */
int
fsync (int fd)
{
  struct stat st;

  if (fstat (fd, &st) == 0 && S_ISDIR (st.st_mode) && lacks ("fsync"))
    return -1;
  return (int) syscall (SYS_fsync, fd);
}

int
syncfs (int fd)
{
  return lacks ("syncfs") ? -1 : (int) syscall (SYS_syncfs, fd);
}

off_t
lseek (int fd, off_t offset, int whence)
{
  if ((whence == SEEK_DATA || whence == SEEK_HOLE) && lacks ("SEEK_DATA"))
    return -1;
  return syscall (SYS_lseek, fd, offset, whence);
}

off_t
lseek64 (int fd, off_t offset, int whence)
{
  return lseek (fd, offset, whence);
}

static int
open_as (int directory, const char *path, int flags, mode_t mode)
{
  if ((flags & O_TMPFILE) == O_TMPFILE && lacks ("O_TMPFILE"))
    return -1;
  return (int) syscall (SYS_openat, directory, path, flags, mode);
}

#define DEFINE_OPEN(name) \
  int name (const char *path, int flags, ...) \
  { \
    va_list args; \
    mode_t mode; \
\
    va_start (args, flags); \
    mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg (args, mode_t) : 0; \
    va_end (args); \
    return open_as (AT_FDCWD, path, flags, mode); \
  }
DEFINE_OPEN (open)
DEFINE_OPEN (open64)
