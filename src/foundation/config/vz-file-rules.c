/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/config/vz-file-rules.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR_SIZE 512

static gboolean
check_form (VzProblems *problems, VzConfig *config, const char *property, const char *path)
{
  if (path == NULL || *path == '\0' || strpbrk (path, "\r\n") != NULL)
    return FALSE;
  /* QEMU may run in a different directory from the caller's. */
  if (!g_path_is_absolute (path))
    {
      vz_problems_add (problems, config, property, path, "must be an absolute path");
      return FALSE;
    }
  return TRUE;
}

/* As the effective user, which is the one that opens the file later. */
static gboolean
may (const char *path, int mode)
{
  return faccessat (AT_FDCWD, path, mode, AT_EACCESS) == 0;
}

static gboolean
check_and_stat (VzProblems *problems, VzConfig *config, const char *property, const char *path,
                gboolean writable, struct stat *ret_stat)
{
  if (!check_form (problems, config, property, path))
    return FALSE;
  if (stat (path, ret_stat) != 0)
    {
      vz_problems_add (problems, config, property, path, "must be an existing file: %s",
                       g_strerror (errno));
      return FALSE;
    }
  if (!S_ISREG (ret_stat->st_mode))
    {
      vz_problems_add (problems, config, property, path, "must be a regular file");
      return FALSE;
    }
  if (!may (path, R_OK))
    {
      vz_problems_add (problems, config, property, path, "must be readable: %s",
                       g_strerror (errno));
      return FALSE;
    }
  if (writable && !may (path, W_OK))
    {
      vz_problems_add (problems, config, property, path, "must be writable: %s",
                       g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}

gboolean
vz_check_file (VzProblems *problems, VzConfig *config, const char *property, const char *path,
               gboolean writable)
{
  struct stat status;

  return check_and_stat (problems, config, property, path, writable, &status);
}

gboolean
vz_check_disk_image (VzProblems *problems, VzConfig *config, const char *property, const char *path,
                     gboolean writable)
{
  struct stat status;

  if (!check_and_stat (problems, config, property, path, writable, &status))
    return FALSE;
  if (status.st_size > 0 && status.st_size % SECTOR_SIZE == 0)
    return TRUE;
  vz_problems_add (
    problems, config, property, path,
    "must have a size that is a multiple of %d bytes and not 0, but has %" G_GINT64_FORMAT,
    SECTOR_SIZE, (gint64) status.st_size);
  return FALSE;
}

gboolean
vz_check_directory (VzProblems *problems, VzConfig *config, const char *property, const char *path,
                    gboolean writable)
{
  struct stat status;

  if (!check_form (problems, config, property, path))
    return FALSE;
  if (stat (path, &status) == 0 && !S_ISDIR (status.st_mode))
    errno = ENOTDIR;
  else if (may (path, R_OK | X_OK | (writable ? W_OK : 0)))
    return TRUE;
  vz_problems_add (problems, config, property, path,
                   writable ? "must be a folder that can be read and written: %s"
                            : "must be a folder that can be read: %s",
                   g_strerror (errno));
  return FALSE;
}

gboolean
vz_check_new_file (VzProblems *problems, VzConfig *config, const char *property, const char *path)
{
  g_autofree char *directory = NULL;
  struct stat status;

  if (!check_form (problems, config, property, path))
    return FALSE;
  directory = g_path_get_dirname (path);
  if (stat (directory, &status) != 0)
    {
      vz_problems_add (problems, config, property, path, "must be in an existing directory: %s",
                       g_strerror (errno));
      return FALSE;
    }
  if (!S_ISDIR (status.st_mode) || g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      vz_problems_add (problems, config, property, path, "must name a file in a directory");
      return FALSE;
    }
  if (!may (directory, W_OK | X_OK) && !may (path, W_OK))
    {
      vz_problems_add (problems, config, property, path, "must be writable: %s",
                       g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}
