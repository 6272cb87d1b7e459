/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

bool
bundle_default_path (char path[PATH_SIZE], Failure *failure)
{
  const char *home = getenv ("HOME");

  if (home == NULL || home[0] != '/')
    return fail (failure, EXIT_FAILED, "HOME does not name a directory");
  if (snprintf (path, PATH_SIZE, "%s/VM.bundle", home) >= PATH_SIZE)
    return fail (failure, EXIT_FAILED, "the path of the home directory is too long");
  return true;
}

static bool
set_paths (Bundle *bundle, const char *directory, Failure *failure)
{
  const struct {
    char *path;
    const char *name;
  } rows[] = {
    { bundle->disk_image, "/Disk.img" },
    { bundle->auxiliary_storage, "/AuxiliaryStorage" },
    { bundle->hardware_model, "/HardwareModel" },
    { bundle->machine_identifier, "/MachineIdentifier" },
    { bundle->configuration, "/Configuration.json" },
    { bundle->restore_image, "/RestoreImage.ipsw" },
    { bundle->download_note, "/RestoreImage.download" },
    { bundle->save_file, "/SaveFile.vzvmsave" },
    { bundle->directory, "" },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (snprintf (rows[i].path, PATH_SIZE, "%s%s", directory, rows[i].name) >= PATH_SIZE)
      return fail (failure, EXIT_FAILED, "the path '%s' is too long", directory);
  return true;
}

/* ---- Making a new one ------------------------------------------------------------------------ */

static const char *
base_name (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash != NULL ? slash + 1 : path;
}

static bool
is_download (const Bundle *bundle, const char *name)
{
  return strcmp (name, base_name (bundle->restore_image)) == 0 ||
         strcmp (name, base_name (bundle->download_note)) == 0;
}

/* Everything but the download, if that is to be kept. There are no directories in it. */
static bool
empty (const Bundle *bundle, bool keep_download, Failure *failure)
{
  DIR *dir = opendir (bundle->directory);
  struct dirent *entry;
  bool ok = true;

  if (dir == NULL)
    return fail_errno (failure, "cannot read '%s'", bundle->directory);
  while ((entry = readdir (dir)) != NULL)
    {
      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0 ||
          (keep_download && is_download (bundle, entry->d_name)))
        continue;
      if (unlinkat (bundle->lock, entry->d_name, 0) != 0)
        ok = fail_errno (failure, "cannot remove '%s/%s'", bundle->directory, entry->d_name);
    }
  closedir (dir);
  return ok;
}

/* The lock ends with the program, in whatever way: a directory that can be locked is a leftover. */
static bool
lock (Bundle *bundle, Failure *failure)
{
  bundle->lock = open (bundle->directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (bundle->lock < 0)
    return fail_errno (failure, "cannot open '%s'", bundle->directory);
  if (flock (bundle->lock, LOCK_EX | LOCK_NB) == 0)
    return true;
  if (errno == EWOULDBLOCK)
    fail (failure, EXIT_BUSY, "'%s' is being made by another program", bundle->path);
  else
    fail_errno (failure, "cannot lock '%s'", bundle->directory);
  close (bundle->lock);
  bundle->lock = -1;
  return false;
}

bool
bundle_create (Bundle *bundle, const char *path, Failure *failure)
{
  char directory[PATH_SIZE];
  int parent = (int) (base_name (path) - path);

  bundle->lock = -1;
  if (snprintf (bundle->path, PATH_SIZE, "%s", path) >= PATH_SIZE ||
      snprintf (directory, PATH_SIZE, "%.*s.%s.partial", parent, path, path + parent) >= PATH_SIZE)
    return fail (failure, EXIT_FAILED, "the path '%s' is too long", path);
  if (!set_paths (bundle, directory, failure))
    return false;
  if (file_exists (path))
    return fail (failure, EXIT_FAILED, "'%s' already exists", path);
  if (mkdir (directory, 0700) != 0 && errno != EEXIST)
    return fail_errno (failure, "cannot make '%s'", directory);
  return lock (bundle, failure) && empty (bundle, true, failure);
}

/* On the disk itself, not in its cache. */
static bool
sync_file (const char *path)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  bool ok = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return ok;
}

bool
bundle_commit (Bundle *bundle, Failure *failure)
{
  if (!sync_file (bundle->disk_image) || !sync_file (bundle->auxiliary_storage) ||
      !sync_file (bundle->directory))
    return fail_errno (failure, "cannot write '%s' to the disk", bundle->directory);
  if (unlink (bundle->restore_image) != 0 && errno != ENOENT)
    return fail_errno (failure, "cannot remove '%s'", bundle->restore_image);
  unlink (bundle->download_note);
  if (file_exists (bundle->path))
    return fail (failure, EXIT_FAILED, "'%s' already exists", bundle->path);
  if (rename (bundle->directory, bundle->path) != 0)
    return fail_errno (failure, "cannot rename '%s' to '%s'", bundle->directory, bundle->path);
  close (bundle->lock);
  bundle->lock = -1;
  return true;
}

void
bundle_discard (Bundle *bundle, bool keep_download)
{
  Failure ignored = { 0 }; /* the next attempt removes what stays now */
  struct stat st;

  if (bundle->lock < 0)
    return;
  if (stat (bundle->restore_image, &st) == 0 && st.st_size == 0)
    keep_download = false;
  empty (bundle, keep_download, &ignored);
  rmdir (bundle->directory); /* unless the download is in it */
  close (bundle->lock);
  bundle->lock = -1;
}

bool
bundle_open (Bundle *bundle, const char *path, Failure *failure)
{
  struct stat st;

  bundle->lock = -1;
  if (stat (path, &st) != 0 || !S_ISDIR (st.st_mode))
    return fail (failure, EXIT_NOT_FOUND,
                 "there is no machine at '%s': InstallationTool installs one", path);
  return set_paths (bundle, path, failure);
}

/* ---- Files ---------------------------------------------------------------------------------- */

bool
file_exists (const char *path)
{
  struct stat st;

  return lstat (path, &st) == 0;
}

bool
file_write (const char *path, const void *content, size_t length, Failure *failure)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  const char *next = content;
  bool ok = fd >= 0;

  while (ok && length > 0)
    {
      ssize_t n = write (fd, next, length);

      ok = n >= 0 || errno == EINTR;
      next += n > 0 ? n : 0;
      length -= n > 0 ? (size_t) n : 0;
    }
  ok = ok && fsync (fd) == 0;
  if (!ok)
    fail_errno (failure, "cannot write '%s'", path);
  if (fd >= 0)
    close (fd);
  return ok;
}

bool
file_create_disk (const char *path, uint64_t size, Failure *failure)
{
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool ok = fd >= 0 && ftruncate (fd, (off_t) size) == 0;

  if (!ok)
    fail_errno (failure, "cannot make the disk '%s'", path);
  if (fd >= 0)
    close (fd);
  return ok;
}

NSData *
file_read (const char *path, Failure *failure)
{
  char content[64 * 1024]; /* those of a bundle have some hundred bytes */
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  size_t length = 0;
  ssize_t n = fd < 0 ? -1 : 1;

  while (n > 0 && length < sizeof content)
    {
      n = read (fd, content + length, sizeof content - length);
      length += n > 0 ? (size_t) n : 0;
    }
  if (n < 0)
    fail_errno (failure, "cannot read '%s'", path);
  else if (n > 0)
    fail (failure, EXIT_INVALID, "'%s' is too large", path);
  if (fd >= 0)
    close (fd);
  return n == 0 ? NSData_with_bytes (content, length) : NULL;
}
