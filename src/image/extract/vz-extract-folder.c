/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/extract/vz-extract-folder.h"

#include "foundation/file/vz-file-system.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-random.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How this works
 *
 * Files are written under numbers in a hidden folder beside their final paths, and renamed when all
 * of them are complete. Everything placed or created is recorded, so that it can be undone if a
 * later step fails. Only a killed process leaves the hidden folder behind.
 *
 * The path to a file is walked one component at a time from the folder's descriptor, never through
 * a link: the contents of the folder may belong to another user. */

#define FLUSH_EACH_MAX 64 /* for more files, flushing the whole file system is faster */

struct _VzExtractFolder {
  char *path; /* owned: as the caller spells it */
  int fd; /* owned */
  gboolean made; /* it did not exist before */
  char *staging; /* owned: name of the hidden folder; NULL: not created yet */
  int staging_fd; /* owned */
  int n_files;
  GPtrArray *placed; /* of string: names, those of folders with '/', in order of creation */
  gboolean committed;
};

/* ---- ways ---- */

/* Opens one folder along the path; created if missing and @make. */
static int
open_part (VzExtractFolder *self, int parent, const char *part, const char *way, gboolean make,
           GError **error)
{
  const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  int fd = openat (parent, part, flags);

  if (fd < 0 && errno == ENOENT && make)
    {
      if (mkdirat (parent, part, 0777) == 0)
        g_ptr_array_add (self->placed, g_strconcat (way, "/", NULL));
      fd = openat (parent, part, flags);
    }
  if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
    vz_fail (error, VZ_ERROR_EXISTS, "'%s/%s' exists and is not a folder", self->path, way);
  else if (fd < 0)
    vz_fail_errno (error, "cannot open the folder '%s/%s'", self->path, way);
  return fd;
}

/* The folder of @name; *@ret_last is the last part of the name, without '/'. -1: failed. */
static int
open_parent (VzExtractFolder *self, const char *name, gboolean make, char **ret_last,
             GError **error)
{
  g_auto (GStrv) parts = g_strsplit (name, "/", -1);
  g_autoptr (GString) way = g_string_new (NULL);
  int fd = fcntl (self->fd, F_DUPFD_CLOEXEC, 3);
  guint i;

  for (i = 0; fd >= 0 && parts[i + 1] != NULL && *parts[i + 1] != '\0'; i++)
    {
      int parent = fd;

      g_string_append_printf (way, "%s%s", i > 0 ? "/" : "", parts[i]);
      fd = open_part (self, parent, parts[i], way->str, make, error);
      vz_file_close (&parent);
    }
  if (fd >= 0)
    *ret_last = g_strdup (parts[i]);
  return fd;
}

static gboolean
is_folder_name (const char *name)
{
  return g_str_has_suffix (name, "/");
}

gboolean
vz_extract_folder_check (VzExtractFolder *self, const char *name, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *last = NULL;
  int parent VZ_AUTO_CLOSE = open_parent (self, name, FALSE, &last, &local);
  struct stat st;

  if (parent < 0 && g_error_matches (local, VZ_ERROR, VZ_ERROR_NOT_FOUND))
    return TRUE;
  if (parent < 0)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (fstatat (parent, last, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT ? TRUE
                           : vz_fail_errno (error, "cannot create '%s/%s'", self->path, name);
  if (is_folder_name (name) && S_ISDIR (st.st_mode))
    return TRUE;
  return vz_fail (error, VZ_ERROR_EXISTS, "'%s/%s' already exists and will not be overwritten",
                  self->path, name);
}

/* ---- from open to end ---- */

VzExtractFolder *
vz_extract_folder_open (const char *path, GError **error)
{
  g_autoptr (VzExtractFolder) self = g_new0 (VzExtractFolder, 1);

  self->path = g_strdup (path);
  self->fd = self->staging_fd = -1;
  self->placed = g_ptr_array_new_with_free_func (g_free);
  self->made = g_mkdir (path, 0777) == 0;
  self->fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->fd < 0)
    return vz_fail_errno_null (error, "cannot open the folder '%s'", path);
  return g_steal_pointer (&self);
}

static void
take_back (VzExtractFolder *self)
{
  for (guint i = self->placed->len; i-- > 0;)
    {
      const char *name = g_ptr_array_index (self->placed, i);
      g_autofree char *last = NULL;
      int parent VZ_AUTO_CLOSE = open_parent (self, name, FALSE, &last, NULL);

      if (parent >= 0)
        (void) unlinkat (parent, last, is_folder_name (name) ? AT_REMOVEDIR : 0);
    }
}

static void
remove_staging (VzExtractFolder *self)
{
  if (self->staging == NULL)
    return;
  for (int i = 0; i < self->n_files; i++)
    {
      g_autofree char *number = g_strdup_printf ("%d", i);

      (void) unlinkat (self->staging_fd, number, 0);
    }
  (void) unlinkat (self->fd, self->staging, AT_REMOVEDIR);
  g_clear_pointer (&self->staging, g_free);
}

void
vz_extract_folder_free (VzExtractFolder *self)
{
  if (self == NULL)
    return;
  remove_staging (self);
  if (!self->committed)
    take_back (self);
  if (!self->committed && self->made)
    (void) g_rmdir (self->path);
  vz_file_close (&self->staging_fd);
  vz_file_close (&self->fd);
  g_ptr_array_unref (self->placed);
  g_free (self->path);
  g_free (self);
}

/* ---- files ---- */

static gboolean
make_staging (VzExtractFolder *self, GError **error)
{
  g_autofree char *name = NULL;
  guint64 random;

  if (self->staging != NULL)
    return TRUE;
  vz_random_bytes (&random, sizeof random);
  name = g_strdup_printf (".vz-extract.%016" G_GINT64_MODIFIER "x.tmp", random);
  if (mkdirat (self->fd, name, 0700) != 0)
    return vz_fail_errno (error, "cannot write to the folder '%s'", self->path);
  self->staging = g_steal_pointer (&name);
  self->staging_fd =
    openat (self->fd, self->staging, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (self->staging_fd < 0)
    return vz_fail_errno (error, "cannot write to the folder '%s'", self->path);
  return TRUE;
}

int
vz_extract_folder_add (VzExtractFolder *self, int *ret_fd, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%d", self->n_files);
  int fd;

  if (!make_staging (self, error))
    return -1;
  fd = openat (self->staging_fd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd < 0)
    {
      vz_fail_errno (error, "cannot write to the folder '%s'", self->path);
      return -1;
    }
  *ret_fd = fd;
  return self->n_files++;
}

int
vz_extract_folder_add_link (VzExtractFolder *self, const char *target, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%d", self->n_files);

  if (!make_staging (self, error))
    return -1;
  if (vz_fs_symlink (target, self->staging_fd, name))
    return self->n_files++;
  vz_fail_errno (error, "cannot create a symbolic link in the folder '%s'", self->path);
  return -1;
}

static gboolean
flush_file (VzExtractFolder *self, int number)
{
  g_autofree char *name = g_strdup_printf ("%d", number);
  int fd VZ_AUTO_CLOSE = openat (self->staging_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0)
    return errno == ELOOP; /* a link has no content */
  return fsync (fd) == 0;
}

gboolean
vz_extract_folder_flush (VzExtractFolder *self, GError **error)
{
  gboolean done = TRUE;

  if (self->n_files > FLUSH_EACH_MAX)
    done = syncfs (self->staging_fd) == 0;
  else
    for (int i = 0; i < self->n_files && done; i++)
      done = flush_file (self, i);
  return done || vz_fail_errno (error, "cannot write to the folder '%s'", self->path);
}

static gboolean
place_folder (VzExtractFolder *self, int parent, const char *name, const char *last, GError **error)
{
  int fd VZ_AUTO_CLOSE = open_part (self, parent, last, name, FALSE, NULL);

  if (fd >= 0)
    return TRUE;
  if (mkdirat (parent, last, 0777) != 0)
    return vz_fail_errno (error, "cannot create '%s/%s'", self->path, name);
  g_ptr_array_add (self->placed, g_strdup (name));
  return TRUE;
}

gboolean
vz_extract_folder_place (VzExtractFolder *self, int number, const char *name, GError **error)
{
  g_autofree char *from = g_strdup_printf ("%d", number);
  g_autofree char *last = NULL;
  int parent VZ_AUTO_CLOSE = open_parent (self, name, TRUE, &last, error);

  if (parent < 0)
    return FALSE;
  if (number < 0)
    return place_folder (self, parent, name, last, error);
  if (!vz_fs_rename_new (self->staging_fd, from, parent, last))
    return vz_fail_errno (error, "cannot create '%s/%s'", self->path, name);
  g_ptr_array_add (self->placed, g_strdup (name));
  return TRUE;
}

gboolean
vz_extract_folder_commit (VzExtractFolder *self, GError **error)
{
  remove_staging (self);
  if (!vz_fs_sync_directory (self->fd))
    return vz_fail_errno (error, "cannot write the folder '%s'", self->path);
  self->committed = TRUE;
  return TRUE;
}
