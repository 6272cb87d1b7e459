/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/vz-bundle-private.h"
#include "bundle/vz-holder.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * A bundle under construction is a separate directory, locked (flock on the directory) by the
 * process that fills it. The kernel releases the lock when that process ends, however it ends, so a
 * directory that can be locked is left over from an interrupted process, and one that cannot is
 * being filled. Between opening and locking, the owner may have renamed the directory into place or
 * removed it; so after locking, the name must still lead to it. */

#define ATTEMPTS 20

#define SUFFIX ".partial"

static char *
partial_path (const char *path)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);

  return g_strdup_printf ("%s/.%s" SUFFIX, parent, name);
}

/**
 * vz_bundle_is_unfinished:
 * @self: a bundle
 *
 * Returns: whether it is under construction, by this program or another, or its creation was
 *   interrupted
 *
 * Since: 0.1
 */
gboolean
vz_bundle_is_unfinished (VzBundle *self)
{
  g_autofree char *name = NULL;

  g_return_val_if_fail (VZ_IS_BUNDLE (self), FALSE);
  name = g_path_get_basename (vz_bundle_get_directory (self));
  return *name == '.' && g_str_has_suffix (name, SUFFIX);
}

static int
open_owner_note (int directory, int flags)
{
  return openat (directory, VZ_BUNDLE_OWNER, flags | O_NOFOLLOW | O_CLOEXEC, 0600);
}

static gboolean
fail_busy (int directory, const char *path, GError **error)
{
  int note VZ_AUTO_CLOSE = open_owner_note (directory, O_RDONLY);
  g_autofree char *holder = note >= 0 ? vz_holder_describe (note) : g_strdup ("another process");

  return vz_fail (error, VZ_ERROR_BUSY, "'%s' is being created by %s", path, holder);
}

static gboolean
is_still_there (int fd, const char *directory)
{
  struct stat opened, named;

  return fstat (fd, &opened) == 0 && lstat (directory, &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/* File by file: a removed and recreated directory would not be the locked one. */
static gboolean
remove_content (const char *directory, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GDir) dir = g_dir_open (directory, 0, &cause);
  const char *name;

  if (dir == NULL)
    return vz_fail (error, VZ_ERROR_IO, "%s", cause->message);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      if (!vz_file_remove_tree (path, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
prepare (int fd, const char *directory, gboolean leftover, gboolean resume, GError **error)
{
  int note VZ_AUTO_CLOSE = -1;

  if (leftover && !resume && !remove_content (directory, error))
    return FALSE;
  note = open_owner_note (fd, O_RDWR | O_CREAT);
  if (note >= 0 && vz_holder_write (note, getpid (), resume ? "resume" : "install"))
    return TRUE;
  vz_fail_errno (error, "cannot write in '%s'", directory);
  if (!leftover)
    vz_file_remove_tree (directory, NULL);
  return FALSE;
}

/* Opens and locks; *@ret_again if the directory vanished in the meantime. */
static int
open_and_lock (const char *directory, const char *path, gboolean *ret_again, GError **error)
{
  int fd VZ_AUTO_CLOSE = open (directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  *ret_again = fd < 0 && errno == ENOENT;
  if (*ret_again)
    return -1;
  if (fd < 0)
    vz_fail_errno (error, "cannot open '%s'", directory);
  else if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    {
      *ret_again = !is_still_there (fd, directory);
      return *ret_again ? -1 : vz_file_steal_fd (&fd);
    }
  else if (errno == EWOULDBLOCK)
    fail_busy (fd, path, error);
  else
    vz_fail_errno (error, "cannot lock '%s'", directory);
  return -1;
}

/* A machine does not run where QEMU's options cannot name its files, and a bundle within another
 * one would be a part of its copies. */
static gboolean
check_path (const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *outer = g_build_filename (parent, VZ_BUNDLE_MACHINE_IDENTIFIER, NULL);

  if (strpbrk (path, "\n\r") != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "'%s': a line break is not accepted in a path", path);
  return !vz_file_is_there (outer) ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "'%s': a bundle is not accepted inside another, and '%s' is one", path, parent);
}

int
vz_bundle_partial_claim (const char *path, gboolean resume, char **ret_directory,
                         gboolean *ret_leftover, GError **error)
{
  g_autofree char *directory = partial_path (path);

  if (!check_path (path, error))
    return -1;
  for (guint i = 0; i < ATTEMPTS; i++)
    {
      int fd VZ_AUTO_CLOSE = -1;
      gboolean made = !resume && mkdir (directory, 0700) == 0;
      gboolean again;

      if (!made && !resume && errno != EEXIST)
        {
          vz_fail_errno (error, "cannot create '%s'", path);
          return -1;
        }
      fd = open_and_lock (directory, path, &again, error);
      if (again && resume)
        {
          vz_fail (error, VZ_ERROR_NOT_FOUND,
                   "there is no interrupted installation of '%s' to resume", path);
          return -1;
        }
      if (again)
        continue;
      if (fd < 0 || !prepare (fd, directory, !made, resume, error))
        return -1;
      *ret_directory = g_steal_pointer (&directory);
      *ret_leftover = !made;
      return vz_file_steal_fd (&fd);
    }
  vz_fail (error, VZ_ERROR_BUSY, "'%s' keeps being created and removed by other processes", path);
  return -1;
}
