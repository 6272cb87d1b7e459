/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/zip/vz-zip-output.h"

#include "foundation/file/vz-file-system.h"
#include "foundation/file/vz-write.h"
#include "foundation/vz-fail.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How this works
 *
 * libzip writes an archive through the commands of a source. Its own file source writes to a named
 * temporary file, which stays behind after kill -9, and renames it over whatever has the target's
 * name. This source writes to an unnamed file where the file system supports that (otherwise to a
 * hidden one), which gets its name at the end, and only if the name is free.
 *
 * libzip passes 8 KiB at a time and goes back once per member to complete its header; a buffer
 * collects contiguous data. */

#define BUFFER_SIZE (1024 * 1024)

struct _VzZipOutput {
  char *path; /* owned */
  char *temporary; /* owned: hidden name */
  gboolean unnamed; /* it is not in use yet */
  int fd; /* owned */
  guint8 *buffer; /* owned */
  gsize filled;
  guint64 position; /* in the file, of the buffer's first byte */
  zip_error_t zip_error;
};

static char *
dup_hidden_name (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);

  return g_strdup_printf ("%s/.%s.%08x.partial", folder, name, g_random_int ());
}

VzZipOutput *
vz_zip_output_new (const char *path, mode_t mode, GError **error)
{
  g_autoptr (VzZipOutput) self = g_new0 (VzZipOutput, 1);
  struct stat st;

  zip_error_init (&self->zip_error);
  self->fd = -1;
  if (lstat (path, &st) == 0)
    return vz_fail_null (error, VZ_ERROR_EXISTS, "'%s' already exists", path);
  self->path = g_strdup (path);
  self->temporary = dup_hidden_name (path);
  self->fd = vz_fs_open_new (self->temporary, mode, &self->unnamed);
  if (self->fd < 0)
    {
      g_clear_pointer (&self->temporary, g_free);
      return vz_fail_errno_null (error, "cannot create '%s'", path);
    }
  self->buffer = g_malloc (BUFFER_SIZE);
  return g_steal_pointer (&self);
}

void
vz_zip_output_free (VzZipOutput *self)
{
  if (self == NULL)
    return;
  if (self->temporary != NULL && !self->unnamed)
    (void) unlink (self->temporary);
  if (self->fd >= 0)
    (void) close (self->fd);
  zip_error_fini (&self->zip_error);
  g_free (self->temporary);
  g_free (self->path);
  g_free (self->buffer);
  g_free (self);
}

static gboolean
flush (VzZipOutput *self)
{
  if (!vz_pwrite_all (self->fd, self->buffer, self->filled, (off_t) self->position))
    {
      zip_error_set (&self->zip_error, ZIP_ER_WRITE, errno);
      return FALSE;
    }
  self->position += self->filled;
  self->filled = 0;
  return TRUE;
}

static zip_int64_t
write_data (VzZipOutput *self, const guint8 *data, guint64 size)
{
  guint64 left = size;

  while (left > 0)
    {
      gsize piece = MIN (left, BUFFER_SIZE - self->filled);

      memcpy (self->buffer + self->filled, data + (size - left), piece);
      self->filled += piece;
      left -= piece;
      if (self->filled == BUFFER_SIZE && !flush (self))
        return -1;
    }
  return (zip_int64_t) size;
}

static zip_int64_t
seek_write (VzZipOutput *self, const zip_source_args_seek_t *args)
{
  struct stat st;
  gint64 base = 0;

  /* All data is in the file before the position changes, so SEEK_END is simply its length. */
  if (!flush (self))
    return -1;
  if (args->whence == SEEK_CUR)
    base = (gint64) self->position;
  else if (args->whence == SEEK_END && fstat (self->fd, &st) == 0)
    base = st.st_size;
  if (base + args->offset < 0)
    {
      zip_error_set (&self->zip_error, ZIP_ER_INVAL, 0);
      return -1;
    }
  self->position = (guint64) (base + args->offset);
  return 0;
}

static zip_int64_t
output_callback (void *data, void *argument, zip_uint64_t size, zip_source_cmd_t command)
{
  VzZipOutput *self = data;

  switch (command)
    {
    case ZIP_SOURCE_SUPPORTS:
      return ZIP_SOURCE_SUPPORTS_WRITABLE;
    case ZIP_SOURCE_STAT:
      /* A new archive: there is nothing to read yet. */
      zip_error_set (&self->zip_error, ZIP_ER_READ, ENOENT);
      return -1;
    case ZIP_SOURCE_BEGIN_WRITE:
      self->position = 0;
      self->filled = 0;
      return 0;
    case ZIP_SOURCE_WRITE:
      return write_data (self, argument, size);
    case ZIP_SOURCE_SEEK_WRITE:
      return size >= sizeof (zip_source_args_seek_t) ? seek_write (self, argument) : -1;
    case ZIP_SOURCE_TELL_WRITE:
      return (zip_int64_t) (self->position + self->filled);
    case ZIP_SOURCE_COMMIT_WRITE:
      return flush (self) ? 0 : -1;
    case ZIP_SOURCE_ROLLBACK_WRITE:
    case ZIP_SOURCE_REMOVE:
    case ZIP_SOURCE_FREE:
      return 0; /* the owner of @self decides what happens to the file */
    case ZIP_SOURCE_ERROR:
      return zip_error_to_data (&self->zip_error, argument, size);
    default:
      zip_error_set (&self->zip_error, ZIP_ER_OPNOTSUPP, 0);
      return -1;
    }
}

zip_source_t *
vz_zip_output_create_source (VzZipOutput *self, GError **error)
{
  zip_source_t *source = zip_source_function_create (output_callback, self, NULL);

  if (source == NULL)
    return vz_fail_null (error, VZ_ERROR_INTERNAL, "libzip created no output for '%s'", self->path);
  return source;
}

gboolean
vz_zip_output_publish (VzZipOutput *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  int folder_fd;

  if (fsync (self->fd) < 0)
    return vz_fail_errno (error, "writing '%s'", self->path);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (!vz_fs_publish (self->fd, self->unnamed, self->temporary, self->path, /* overwrite= */ FALSE))
    {
      if (errno == EEXIST)
        return vz_fail (error, VZ_ERROR_EXISTS, "'%s' already exists", self->path);
      return vz_fail_errno (error, "creating '%s'", self->path);
    }
  g_clear_pointer (&self->temporary, g_free);
  folder_fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_fd >= 0)
    {
      (void)
        vz_fs_sync_directory (folder_fd); /* only a crash of the host could remove the name again */
      (void) close (folder_fd);
    }
  return TRUE;
}
