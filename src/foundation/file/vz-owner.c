/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-owner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file that does not belong to root, or has a second name, was not created by us: the user may
 * have put a link to another user's file where we were to create ours. */
static void
give (int fd, uid_t uid, gid_t gid)
{
  struct stat st;

  if (fstat (fd, &st) != 0 || st.st_uid != 0 || uid == 0)
    return;
  if (!S_ISDIR (st.st_mode) && (!S_ISREG (st.st_mode) || st.st_nlink > 1))
    return;
  if (fchown (fd, uid, gid) != 0)
    errno = 0; /* a file system without owners, or a namespace that lacks this one */
}

void
vz_owner_follow (int fd, const char *path)
{
  g_autofree char *folder = NULL;
  struct stat st;

  if (geteuid () != 0)
    return;
  folder = g_path_get_dirname (path);
  if ((lstat (path, &st) == 0 && S_ISREG (st.st_mode) && st.st_uid != 0) || stat (folder, &st) == 0)
    give (fd, st.st_uid, st.st_gid);
}

void
vz_owner_follow_all (const char *folder)
{
  DIR *stream = geteuid () == 0 ? opendir (folder) : NULL;
  struct dirent *entry;
  struct stat st;

  if (stream == NULL)
    return;
  if (fstat (dirfd (stream), &st) == 0 && st.st_uid != 0)
    while ((entry = readdir (stream)) != NULL)
      {
        int fd =
          openat (dirfd (stream), entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

        if (fd < 0)
          continue;
        give (fd, st.st_uid, st.st_gid);
        close (fd);
      }
  closedir (stream);
}

gboolean
vz_owner_make_folder (const char *path, mode_t mode)
{
  int fd;

  if (mkdir (path, mode) != 0)
    return FALSE;
  fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return TRUE;
  vz_owner_follow (fd, path);
  close (fd);
  return TRUE;
}

gboolean
vz_owner_make_folders (const char *path, mode_t mode)
{
  g_autofree char *parent = g_path_get_dirname (path);

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (!g_file_test (parent, G_FILE_TEST_IS_DIR) && !vz_owner_make_folders (parent, mode))
    return FALSE;
  return vz_owner_make_folder (path, mode) ||
         (errno == EEXIST && g_file_test (path, G_FILE_TEST_IS_DIR));
}

gboolean
vz_owner_is_ours (const char *path, uid_t uid)
{
  g_autofree char *parent = g_path_get_dirname (path);
  struct stat st;

  return uid == geteuid () || (geteuid () == 0 && stat (parent, &st) == 0 && st.st_uid == uid);
}
