/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle/vz-bundle-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/vz-bundle-private.h"
#include "bundle/vz-machine-claim.h"
#include "bundle/vz-machine-files.h"
#include "bundle/vz-machine-lock.h"
#include "foundation/file/vz-file.h"
#include "foundation/file/vz-lock.h"
#include "foundation/file/vz-owner.h"
#include "foundation/host/vz-proc.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * The lock is a kernel lock on the file MachineIdentifier, which is in every bundle and is never
 * replaced in a finished one. So testing the lock creates no file, a read-only medium has a lock
 * too, and a moved bundle takes its lock along. QEMU inherits the descriptor: the lock lasts as
 * long as QEMU lives, whatever happens to the command that started it, and a copy of the bundle has
 * none.
 *
 * Each holder makes a new note, `.holder`, beside it, since an existing one may belong to another
 * user. The note counts only while the lock is held.
 *
 * Some file systems (FUSE) know only of locks that were taken through the same mount. The note is
 * visible through all mounts, and gives the path by which the holder opened the bundle; if that
 * path leads to this very note, the lock is tested there too. A copied note has a different change
 * time. */

#define MAX_IDENTIFIER 4096 /* bytes; the largest known has 176 */

struct _VzBundleLock {
  int fd;
  char *directory;
  gboolean given;
};

static char *
lock_path (const char *directory)
{
  return g_build_filename (directory, VZ_BUNDLE_MACHINE_IDENTIFIER, NULL);
}

static char *
note_path (const char *directory)
{
  return g_build_filename (directory, VZ_BUNDLE_HOLDER, NULL);
}

static VzHolder *
read_note (const char *directory, struct stat *st)
{
  g_autofree char *path = note_path (directory);
  int fd VZ_AUTO_CLOSE = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  return fd >= 0 && fstat (fd, st) == 0 ? vz_holder_load (fd) : NULL;
}

static gboolean
is_same_file (const char *a, const char *b)
{
  struct stat one, other;

  return stat (a, &one) == 0 && stat (b, &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

/* Whether the holder's lock is the one at @directory, under any name. */
static gboolean
is_of (const char *directory, const VzHolder *holder)
{
  g_autofree char *ours = lock_path (directory);
  g_autofree char *theirs = holder->bundle != NULL ? lock_path (holder->bundle) : NULL;

  return theirs != NULL && is_same_file (ours, theirs);
}

gboolean
vz_bundle_lock_is_linked (const char *directory, const VzHolder *holder)
{
  return is_of (directory, holder) && !is_same_file (directory, holder->bundle);
}

/* The note beside the lock of the machine's identifier: ours is missing if there was no space for
 * it, or if the lock's holder uses another folder with hard links to the same files. */
static VzHolder *
read_other_note (const char *directory)
{
  g_autoptr (VzBundle) bundle = vz_bundle_look (directory, NULL);
  g_autoptr (VzMachineIdentifier)
    identifier = bundle != NULL ? vz_bundle_load_machine_identifier (bundle, NULL) : NULL;
  g_autoptr (VzHolder) holder = NULL;

  if (identifier != NULL)
    vz_machine_lock_look_for (identifier, &holder);
  return holder != NULL && is_of (directory, holder) ? g_steal_pointer (&holder) : NULL;
}

static void
write_note (const char *directory, const VzHolder *holder)
{
  g_autofree char *path = note_path (directory);
  int fd VZ_AUTO_CLOSE = -1;

  unlink (path);
  fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd < 0)
    return; /* a read-only medium: the lock holds without a note */
  vz_owner_follow (fd, path);
  vz_holder_save (holder, fd);
}

static gboolean
is_held_at (const char *directory)
{
  g_autofree char *path = lock_path (directory);
  int fd VZ_AUTO_CLOSE = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

  return fd >= 0 && vz_lock_is_held (fd);
}

/* Through another mount of the bundle than @directory. */
static gboolean
is_held_elsewhere (const char *directory, const VzHolder *holder, const struct stat *note)
{
  g_autofree char *path = NULL;
  struct stat there;

  if (holder == NULL || holder->bundle == NULL || g_str_equal (holder->bundle, directory))
    return FALSE;
  path = note_path (holder->bundle);
  return lstat (path, &there) == 0 && there.st_size == note->st_size &&
         there.st_mtim.tv_sec == note->st_mtim.tv_sec &&
         there.st_mtim.tv_nsec == note->st_mtim.tv_nsec &&
         there.st_ctim.tv_sec == note->st_ctim.tv_sec &&
         there.st_ctim.tv_nsec == note->st_ctim.tv_nsec && is_held_at (holder->bundle);
}

gboolean
vz_bundle_lock_is_held (const char *directory, VzHolder **ret_holder)
{
  struct stat note;
  g_autofree char *resolved = realpath (directory, NULL);
  g_autoptr (VzHolder) holder = resolved != NULL ? read_note (resolved, &note) : NULL;

  if (ret_holder != NULL)
    *ret_holder = NULL;
  if (resolved == NULL || (!is_held_at (resolved) && !is_held_elsewhere (resolved, holder, &note)))
    return FALSE;
  if (holder != NULL && vz_holder_is_gone (holder))
    g_clear_pointer (&holder, vz_holder_free);
  if (ret_holder == NULL)
    return TRUE;
  *ret_holder = holder != NULL ? g_steal_pointer (&holder) : read_other_note (resolved);
  return TRUE;
}

static int
open_for_lock (const char *directory, GError **error)
{
  g_autofree char *path = lock_path (directory);
  int fd = open (path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0 && (errno == EACCES || errno == EPERM || errno == EROFS))
    fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT)
    vz_fail (error, VZ_ERROR_INVALID_BUNDLE,
             "bundle '%s': " VZ_BUNDLE_MACHINE_IDENTIFIER " is missing", directory);
  else if (fd < 0)
    vz_fail_errno (error, "cannot open '%s'", path);
  return fd;
}

static gboolean
fail_busy (const char *directory, const VzHolder *holder, GError **error)
{
  g_autofree char *text = vz_holder_to_text (holder);

  if (holder != NULL && vz_bundle_lock_is_linked (directory, holder))
    return vz_fail (error, VZ_ERROR_BUSY,
                    "'%s' is in use by %s, as '%s': its files are hard links to the same",
                    directory, text, holder->bundle);
  return vz_fail (error, VZ_ERROR_BUSY, "'%s' is in use by %s", directory, text);
}

gboolean
vz_bundle_lock_check_free (const char *directory, GError **error)
{
  g_autoptr (VzHolder) holder = NULL;

  return vz_holder_wait_for_ending (vz_bundle_lock_is_held, directory, &holder) ||
         fail_busy (directory, holder, error);
}

static gboolean
lock_fd (int fd, const char *directory, GError **error)
{
  g_autoptr (VzHolder) holder = NULL;

  if (vz_holder_take_lock (fd, vz_bundle_lock_is_held, directory, &holder))
    return TRUE;
  return errno == EAGAIN ? fail_busy (directory, holder, error)
                         : vz_fail_errno (error, "cannot lock '%s'", directory);
}

VzBundleLock *
vz_bundle_lock_take (const char *directory, const char *purpose, GError **error)
{
  g_autofree char *resolved = realpath (directory, NULL);
  int fd VZ_AUTO_CLOSE = -1;
  g_autoptr (VzHolder) holder = NULL;
  VzBundleLock *self;

  if (resolved == NULL)
    return vz_fail_errno_null (error, "cannot open the bundle '%s'", directory);
  fd = open_for_lock (resolved, error);
  if (fd < 0 || !lock_fd (fd, resolved, error))
    return NULL;
  holder = vz_holder_new (getpid (), purpose);
  holder->bundle = g_strdup (resolved);
  write_note (resolved, holder);
  self = g_new0 (VzBundleLock, 1);
  self->fd = vz_file_steal_fd (&fd);
  self->directory = g_steal_pointer (&resolved);
  return self;
}

VzBundleLock *
vz_bundle_lock_take_at_rest (const char *directory, const char *purpose, gboolean for_writing,
                             GError **error)
{
  g_autoptr (VzBundleLock) self = vz_bundle_lock_take (directory, purpose, error);

  return self != NULL && vz_bundle_files_check_users (self->directory, for_writing, error)
           ? g_steal_pointer (&self)
           : NULL;
}

int
vz_bundle_lock_get_fd (VzBundleLock *self)
{
  return self->fd;
}

void
vz_bundle_lock_give (VzBundleLock *self, const VzHolder *holder)
{
  VzHolder note = *holder;

  note.bundle = self->directory;
  write_note (self->directory, &note);
  self->given = TRUE;
}

void
vz_bundle_lock_free (VzBundleLock *self)
{
  g_autofree char *note = NULL;

  if (self == NULL)
    return;
  note = note_path (self->directory);
  if (!self->given)
    unlink (note); /* before another process can write one */
  vz_file_close (&self->fd);
  g_free (self->directory);
  g_free (self);
}

char *
vz_bundle_lock_find_around (const char *file, VzMachineIdentifier *identifier)
{
  g_autofree char *parent = g_path_get_dirname (file);
  g_autofree char *directory = realpath (parent, NULL);
  g_autofree char *path = directory != NULL ? lock_path (directory) : NULL;
  g_autoptr (GBytes) data = path != NULL ? vz_file_read (path, MAX_IDENTIFIER, NULL) : NULL;

  return data != NULL &&
             g_bytes_equal (data, vz_machine_identifier_get_data_representation (identifier))
           ? g_strdup (directory)
           : NULL;
}

char *
vz_bundle_lock_find_directory (VzVirtualMachineConfiguration *configuration,
                               VzMachineIdentifier *identifier)
{
  g_autoptr (GPtrArray) files = vz_machine_files_list (configuration);

  for (guint i = 0; i < files->len; i++)
    {
      const VzMachineFile *file = files->pdata[i];
      char *directory = vz_bundle_lock_find_around (file->path, identifier);

      if (directory != NULL)
        return directory;
    }
  return NULL;
}
