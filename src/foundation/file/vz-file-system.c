/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-file-system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

#include "foundation/file/vz-file-content.h"
#include "foundation/file/vz-file.h"
#include "foundation/file/vz-sparse.h"
#include "foundation/file/vz-write.h"

#define ZEROS (64 * 1024)

/* How a file system, or a layer above it (a sandbox, an old kernel, FUSE), reports that it does not
 * support a call. EPERM is its answer for hard links and modes; if permission is really lacking,
 * the fallback will fail too. */
static gboolean
is_missing (int number)
{
  return number == EINVAL || number == ENOSYS || number == EOPNOTSUPP || number == EPERM ||
         number == ENOTTY || number == EXDEV;
}

int
vz_fs_open_new (const char *hidden, mode_t mode, gboolean *ret_unnamed)
{
  g_autofree char *directory = g_path_get_dirname (hidden);
  int fd = open (directory, O_TMPFILE | O_RDWR | O_CLOEXEC, mode);

  *ret_unnamed = fd >= 0;
  if (fd < 0 && (is_missing (errno) || errno == EISDIR || errno == ENOENT))
    fd = open (hidden, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, mode);
  return fd;
}

/* A file that cannot be linked is written again under a name, so no work is lost. */
static gboolean
copy_to_name (int fd, const char *hidden)
{
  int copy VZ_AUTO_CLOSE = -1;
  struct stat st;

  if (fstat (fd, &st) != 0)
    return FALSE;
  copy = open (hidden, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, st.st_mode & 0777);
  if (copy < 0)
    return FALSE;
  errno = EIO;
  if ((vz_fs_share (fd, copy) || vz_file_content_copy (fd, copy, NULL, NULL, NULL)) &&
      vz_fs_set_mode (copy, st.st_mode & 0777) && fsync (copy) == 0)
    return TRUE;
  unlink (hidden);
  return FALSE;
}

static gboolean
place (const char *hidden, const char *path, gboolean overwrite)
{
  return overwrite ? rename (hidden, path) == 0
                   : vz_fs_rename_new (AT_FDCWD, hidden, AT_FDCWD, path);
}

gboolean
vz_fs_publish (int fd, gboolean unnamed, const char *hidden, const char *path, gboolean overwrite)
{
  g_autofree char *self = g_strdup_printf ("/proc/self/fd/%d", fd);
  int number;

  if (!unnamed)
    return place (hidden, path, overwrite);
  /* AT_EMPTY_PATH would need a capability; going through /proc does not. */
  if (linkat (AT_FDCWD, self, AT_FDCWD, overwrite ? hidden : path, AT_SYMLINK_FOLLOW) != 0)
    {
      if ((!is_missing (errno) && errno != ENOENT) || !copy_to_name (fd, hidden))
        return FALSE;
    }
  else if (!overwrite)
    return TRUE;
  if (place (hidden, path, overwrite))
    return TRUE;
  number = errno;
  unlink (hidden);
  errno = number;
  return FALSE;
}

gboolean
vz_fs_rename_new (int from_directory, const char *from, int to_directory, const char *to)
{
  struct stat st;

  if (renameat2 (from_directory, from, to_directory, to, RENAME_NOREPLACE) == 0)
    return TRUE;
  if (!is_missing (errno))
    return FALSE;
  if (fstatat (to_directory, to, &st, AT_SYMLINK_NOFOLLOW) == 0)
    {
      errno = EEXIST;
      return FALSE;
    }
  /* A link does not overwrite either. Directories and many file systems do not support them: there
   * the check must suffice, and a directory can replace at most an empty one. */
  if (linkat (from_directory, from, to_directory, to, 0) == 0)
    return unlinkat (from_directory, from, 0) == 0;
  if (errno == EEXIST)
    return FALSE;
  return renameat (from_directory, from, to_directory, to) == 0;
}

gboolean
vz_fs_symlink (const char *target, int directory, const char *name)
{
  return symlinkat (target, directory, name) == 0;
}

gboolean
vz_fs_sync_directory (int fd)
{
  /* A file system that cannot sync directories needs nothing more. */
  return fsync (fd) == 0 || is_missing (errno) || errno == EBADF || errno == EISDIR;
}

gboolean
vz_fs_set_mode (int fd, mode_t mode)
{
  struct stat st;

  if (fchmod (fd, mode) == 0)
    return TRUE;
  /* A file of another user is rejected with the same errors. */
  return is_missing (errno) && fstat (fd, &st) == 0 && (st.st_uid == geteuid () || geteuid () == 0);
}

gboolean
vz_fs_next_data (int fd, off_t size, off_t from, off_t *ret_start, off_t *ret_end)
{
  off_t start = from < size ? lseek (fd, from, SEEK_DATA) : size;
  off_t end;

  if (start < 0 && errno == ENXIO) /* a hole to the end */
    start = size;
  if (start < 0 && is_missing (errno))
    start = from;
  if (start < 0)
    return FALSE;
  errno = 0;
  if (start >= size)
    return FALSE;
  end = lseek (fd, start, SEEK_HOLE);
  if (end < 0 && !is_missing (errno))
    return FALSE;
  *ret_start = start;
  *ret_end = end > start ? MIN (end, size) : size;
  return TRUE;
}

gboolean
vz_fs_hides_holes (int fd)
{
  off_t start, end;
  struct stat st;

  return fstat (fd, &st) == 0 && S_ISREG (st.st_mode) &&
         (guint64) st.st_blocks * 512 < (guint64) st.st_size &&
         vz_fs_next_data (fd, st.st_size, 0, &start, &end) && start == 0 && end == st.st_size;
}

/* Zeros are written only where there are none. */
static gboolean
write_zeros (int fd, off_t offset, off_t end)
{
  g_autofree guint8 *buffer = g_malloc (ZEROS);
  off_t start, stop;

  for (off_t at = offset; vz_fs_next_data (fd, end, at, &start, &stop); at = stop)
    for (off_t k = start; k < stop;)
      {
        ssize_t n = pread (fd, buffer, MIN (ZEROS, (gsize) (stop - k)), k);

        if (n < 0 && errno == EINTR)
          continue;
        if (n < 0)
          return FALSE;
        if (n == 0)
          return TRUE;
        if (!vz_sparse_is_zero (buffer, (gsize) n))
          {
            memset (buffer, 0, (gsize) n);
            if (!vz_pwrite_all (fd, buffer, (gsize) n, k))
              return FALSE;
          }
        k += n;
      }
  return errno == 0;
}

gboolean
vz_fs_clear_range (int fd, off_t offset, off_t size)
{
  off_t start, end;

  if (!vz_fs_next_data (fd, offset + size, offset, &start, &end))
    return errno == 0;
  if (fallocate (fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, size) == 0)
    return TRUE;
  return is_missing (errno) && write_zeros (fd, offset, offset + size);
}

void
vz_fs_reserve (int fd, off_t offset, off_t size)
{
  (void) fallocate (fd, FALLOC_FL_KEEP_SIZE, offset, size);
}

gboolean
vz_fs_share (int from, int to)
{
  return ioctl (to, FICLONE, from) == 0;
}

ssize_t
vz_fs_copy_range (int from, int to, off_t at, gsize size)
{
  off_t source = at, target = at;

  return copy_file_range (from, &source, to, &target, size, 0);
}
