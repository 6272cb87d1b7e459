/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foundation/file/vz-file-system.h"
#include "foundation/file/vz-owner.h"
#include "foundation/file/vz-sparse.h"
#include "foundation/file/vz-write.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-random.h"

#define MAX_TREE_DEPTH 64
#define COPY_BLOCK 65536

void
vz_file_close (int *fd)
{
  int number = errno;

  if (*fd >= 0)
    close (*fd);
  *fd = -1;
  errno = number;
}

int
vz_file_steal_fd (int *fd)
{
  int stolen = *fd;

  *fd = -1;
  return stolen;
}

gboolean
vz_file_is_there (const char *path)
{
  struct stat st;

  return lstat (path, &st) == 0;
}

/* Each writer uses its own name, so that none publishes another's half-written file. */
static char *
temporary_name (const char *path)
{
  g_autofree char *directory = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  guint64 number;

  vz_random_bytes (&number, sizeof number);
  return g_strdup_printf ("%s/.%s.%016" G_GINT64_MODIFIER "x.tmp", directory, name, number);
}

/* Puts the file open at @fd at @path: durably, replacing what is there only if @overwrite. */
static gboolean
put_in_place (int fd, gboolean unnamed, const char *temporary, const char *path, mode_t mode,
              gboolean overwrite, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (path);

  vz_owner_follow (fd, path);
  if ((mode != VZ_FILE_MODE_USUAL && !vz_fs_set_mode (fd, mode)) || fsync (fd) != 0 ||
      !vz_fs_publish (fd, unnamed, temporary, path, overwrite))
    return vz_fail_errno (error, "cannot write '%s'", path);
  return vz_file_sync_directory (directory, error);
}

gboolean
vz_file_write (const char *path, GBytes *data, mode_t mode, GError **error)
{
  g_autofree char *temporary = temporary_name (path);
  int fd VZ_AUTO_CLOSE = -1;
  gboolean unnamed;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (data, &size);

  fd = vz_fs_open_new (temporary, mode & 0777, &unnamed);
  if (fd < 0)
    return vz_fail_errno (error, "cannot write '%s'", path);
  if (!vz_write_all (fd, bytes, size))
    vz_fail_errno (error, "cannot write '%s'", path);
  else if (put_in_place (fd, unnamed, temporary, path, mode, TRUE, error))
    return TRUE;
  unlink (temporary);
  return FALSE;
}

GBytes *
vz_file_read (const char *path, gsize max, GError **error)
{
  int fd VZ_AUTO_CLOSE = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  g_autofree guint8 *bytes = NULL;
  struct stat st;
  gsize size = 0;

  if (fd < 0 || fstat (fd, &st) != 0)
    return vz_fail_errno_null (error, "cannot read '%s'", path);
  if (!S_ISREG (st.st_mode))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "cannot read '%s': not a regular file",
                         path);
  if ((guint64) st.st_size > max)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "cannot read '%s': %" G_GUINT64_FORMAT
                         " bytes found, at most %" G_GSIZE_FORMAT " are allowed",
                         path, (guint64) st.st_size, max);
  bytes = g_malloc ((gsize) st.st_size + 1);
  while (size < (gsize) st.st_size)
    {
      ssize_t n = read (fd, bytes + size, (gsize) st.st_size - size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return vz_fail_errno_null (error, "cannot read '%s'", path);
      if (n == 0)
        break;
      size += (gsize) n;
    }
  return g_bytes_new_take (g_steal_pointer (&bytes), size);
}

/* Everything in the directory open at @fd; takes @fd. */
static gboolean
empty_directory (int fd, guint depth)
{
  DIR *stream = fdopendir (fd);
  struct dirent *entry;
  gboolean done = TRUE;
  int number;

  if (stream == NULL)
    {
      vz_file_close (&fd);
      return FALSE;
    }
  if (depth > MAX_TREE_DEPTH)
    {
      errno = ELOOP;
      done = FALSE;
    }
  while (done)
    {
      int child;

      errno = 0;
      entry = readdir (stream);
      if (entry == NULL)
        {
          done = errno == 0;
          break;
        }
      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      child = openat (fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (child >= 0)
        done = empty_directory (child, depth + 1) &&
               unlinkat (fd, entry->d_name, AT_REMOVEDIR) == 0;
      else
        done = unlinkat (fd, entry->d_name, 0) == 0 || errno == ENOENT;
    }
  number = errno;
  closedir (stream);
  errno = number;
  return done;
}

gboolean
vz_file_remove_tree (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0 && errno == ENOENT)
    return TRUE;
  if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
    return unlink (path) == 0 ? TRUE : vz_fail_errno (error, "cannot remove '%s'", path);
  if (fd < 0 || !empty_directory (fd, 0) || rmdir (path) != 0)
    return vz_fail_errno (error, "cannot remove '%s'", path);
  return TRUE;
}

static gboolean
rename_no_replace (const char *from, const char *to)
{
  return vz_fs_rename_new (AT_FDCWD, from, AT_FDCWD, to);
}

gboolean
vz_file_rename_no_replace (const char *from, const char *to, GError **error)
{
  return rename_no_replace (from, to) || vz_fail_errno (error, "cannot create '%s'", to);
}

gboolean
vz_file_move_no_replace (const char *from, const char *to, mode_t mode, GError **error)
{
  if (rename_no_replace (from, to))
    return TRUE;
  if (errno != EXDEV)
    return vz_fail_errno (error, "cannot create '%s'", to);
  if (!vz_file_copy (from, to, mode, /* overwrite= */ FALSE, error))
    return FALSE;
  unlink (from);
  return TRUE;
}

gboolean
vz_file_sync_directory (const char *path, GError **error)
{
  int fd VZ_AUTO_CLOSE = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0 || !vz_fs_sync_directory (fd))
    return vz_fail_errno (error, "cannot write the directory '%s'", path);
  return TRUE;
}

/* The data between two holes; blocks of zeros become holes too, since only a few KiB of a
 * firmware's 64 MiB template may be in use. */
static gboolean
copy_range (int from, int to, off_t start, off_t end)
{
  guint8 buffer[COPY_BLOCK];

  while (start < end)
    {
      ssize_t n = pread (from, buffer, MIN (sizeof buffer, (gsize) (end - start)), start);

      if (n < 0 && errno == EINTR)
        continue;
      if (n == 0)
        errno = EIO; /* the file shrank */
      if (n <= 0)
        return FALSE;
      if (!vz_sparse_is_zero (buffer, (gsize) n) &&
          (lseek (to, start, SEEK_SET) < 0 || !vz_write_all (to, buffer, (gsize) n)))
        return FALSE;
      start += n;
    }
  return TRUE;
}

static gboolean
copy_content (int from, int to)
{
  off_t start, end = 0;
  struct stat st;

  if (vz_fs_share (from, to))
    return TRUE;
  if (fstat (from, &st) != 0 || ftruncate (to, st.st_size) != 0)
    return FALSE;
  while (vz_fs_next_data (from, st.st_size, end, &start, &end))
    if (!copy_range (from, to, start, end))
      return FALSE;
  return errno == 0;
}

gboolean
vz_file_copy (const char *from, const char *to, mode_t mode, gboolean overwrite, GError **error)
{
  g_autofree char *temporary = temporary_name (to);
  int source VZ_AUTO_CLOSE = -1;
  int fd VZ_AUTO_CLOSE = -1;
  gboolean unnamed;

  if (!overwrite && vz_file_is_there (to))
    return vz_fail (error, VZ_ERROR_EXISTS, "cannot create '%s': it already exists", to);
  source = open (from, O_RDONLY | O_CLOEXEC);
  if (source < 0)
    return vz_fail_errno (error, "cannot read '%s'", from);
  fd = vz_fs_open_new (temporary, mode & 0777, &unnamed);
  if (fd < 0)
    return vz_fail_errno (error, "cannot create '%s'", to);
  if (!copy_content (source, fd))
    vz_fail_errno (error, "cannot copy '%s' to '%s'", from, to);
  else if (put_in_place (fd, unnamed, temporary, to, mode, overwrite, error))
    return TRUE;
  unlink (temporary);
  return FALSE;
}

int
vz_file_open_nameless (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "vz", NULL);
  g_autofree char *temporary = temporary_name (path);
  gboolean unnamed;
  int fd = vz_fs_open_new (temporary, 0600, &unnamed);

  if (fd < 0)
    vz_fail_errno (error, "cannot create a file in '%s'", directory);
  else if (!unnamed)
    unlink (temporary);
  return fd;
}

gboolean
vz_file_check_space (const char *path, guint64 needed, const char *what, GError **error)
{
  g_auto (VzFileSystem) file_system = { 0 };

  if (!vz_file_system_look (path, &file_system))
    return vz_fail_errno (error, "cannot determine the free space at '%s'", path);
  return needed <= file_system.free_space ||
         vz_fail (error, VZ_ERROR_OUT_OF_DISK_SPACE,
                  "'%s': %" G_GUINT64_FORMAT " MiB are free, %" G_GUINT64_FORMAT " are needed %s",
                  path, file_system.free_space >> 20, needed >> 20, what);
}
