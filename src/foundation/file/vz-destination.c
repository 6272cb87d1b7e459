/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-destination.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foundation/file/vz-check-destination.h"
#include "foundation/file/vz-file-system.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-random.h"

#define PROBE (4 * 1024 * 1024)
#define NAME_BYTES 255
/* What is added before and after a name during the work: ".NAME.0123456789abcdef.tmp" */
#define NAME_SPARE 24

typedef struct {
  const char *path;
  const char *folder; /* the folder to be written to */
  const VzDestination *wanted;
  VzFileSystem file_system;
} Look;

static char *
dup_size (guint64 bytes)
{
  return g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
}

static gboolean
check_folder (const Look *self, GError **error)
{
  struct stat st;

  if (stat (self->folder, &st) != 0)
    return vz_fail_errno (error, "'%s': cannot access the folder '%s'", self->path, self->folder);
  if (!S_ISDIR (st.st_mode))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s': '%s' is not a folder", self->path,
                    self->folder);
  if (self->file_system.read_only)
    return vz_fail (
      error, VZ_ERROR_IO,
      "'%s': cannot write in '%s': its file system (%s) is read-only; choose another folder",
      self->path, self->folder, self->file_system.type);
  if (access (self->folder, W_OK | X_OK) == 0)
    return TRUE;
  return vz_fail (error, VZ_ERROR_IO,
                  "'%s': cannot write in '%s' (%s): %s; choose a folder that you may write to",
                  self->path, self->folder, self->file_system.type, g_strerror (errno));
}

/* What is behind FUSE is unknown, so a file with the name is created and removed again. */
static gboolean
try_name (const Look *self, const char *name, GError **error)
{
  g_autofree char *path = NULL;
  int fd VZ_AUTO_CLOSE = -1;
  guint64 number;

  if (!g_str_has_prefix (self->file_system.type, "fuse"))
    return TRUE;
  vz_random_bytes (&number, sizeof number);
  path = g_strdup_printf ("%s/.%s.%016" G_GINT64_MODIFIER "x.tmp", self->folder, name, number);
  fd = open (path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (fd >= 0)
    unlink (path);
  /* Any other failure will recur, with its own message. */
  return fd >= 0 ||
         (errno != EINVAL && errno != EILSEQ && errno != ENOENT && errno != ENAMETOOLONG) ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "'%s': '%s' (%s) does not accept this name (%s); choose another name", self->path,
                  self->folder, self->file_system.type, g_strerror (errno));
}

static gboolean
check_name (const Look *self, GError **error)
{
  g_autofree char *name = g_path_get_basename (self->path);
  gsize length = strlen (name);

  if (length + NAME_SPARE > NAME_BYTES)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "'%s': the name has %zu bytes, at most %d are allowed", self->path, length,
                    NAME_BYTES - NAME_SPARE);
  if (!self->file_system.dos_names)
    return try_name (self, name, error);
  for (const char *c = name; *c != '\0'; c++)
    if (strchr ("\"*:<>?\\|", *c) != NULL || (guchar) *c < ' ')
      return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                      "'%s': a name on '%s' (%s) cannot have '%c'; choose another name", self->path,
                      self->folder, self->file_system.type, *c);
  if (name[length - 1] != '.' && name[length - 1] != ' ' && g_utf8_validate (name, -1, NULL))
    return TRUE;
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "'%s': a name on '%s' (%s) must be UTF-8 and cannot end with '.' or a space; "
                  "choose another name",
                  self->path, self->folder, self->file_system.type);
}

static gboolean
check_largest (const Look *self, GError **error)
{
  const guint64 most = self->file_system.largest_file;
  g_autofree char *size = dup_size (self->wanted->largest);
  g_autofree char *limit = dup_size (most);
  struct rlimit set;

  if (self->wanted->largest <= most)
    return TRUE;
  if (getrlimit (RLIMIT_FSIZE, &set) == 0 && set.rlim_cur != RLIM_INFINITY &&
      (guint64) set.rlim_cur == most)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "'%s': a file of %s is needed, and this process may write files of at most %s; "
                    "'ulimit -f unlimited' raises the limit",
                    self->path, size, limit);
  return vz_fail (
    error, VZ_ERROR_NOT_SUPPORTED,
    "'%s': a file of %s is needed, and the file system of '%s' (%s) limits files to less than 4 "
    "GiB; choose a folder on another file system, such as ext4, xfs or btrfs",
    self->path, size, self->folder, self->file_system.type);
}

/* Tries to make a hole, since FUSE hides what is behind it. FALSE if it takes space. */
static gboolean
has_holes (const Look *self)
{
  int fd VZ_AUTO_CLOSE = -1;
  struct stat st;

  if (self->file_system.dos_family)
    return FALSE;
  fd = vz_file_open_nameless (self->folder, NULL);
  return fd < 0 || ftruncate (fd, PROBE) != 0 || fstat (fd, &st) != 0 ||
         (guint64) st.st_blocks * 512 < PROBE;
}

/* Creates the largest file, empty, which reveals any limit, whatever sets it. */
static gboolean
check_length (const Look *self, GError **error)
{
  int fd VZ_AUTO_CLOSE = vz_file_open_nameless (self->folder, error);
  g_autofree char *size = dup_size (self->wanted->largest);

  if (fd < 0)
    return FALSE;
  if (ftruncate (fd, (off_t) self->wanted->largest) == 0 || errno != EFBIG)
    return TRUE;
  return vz_fail (
    error, VZ_ERROR_NOT_SUPPORTED,
    "'%s': a file of %s is needed, and the file system of '%s' (%s) cannot hold files that large; "
    "choose a folder on another file system, such as ext4, xfs or btrfs",
    self->path, size, self->folder, self->file_system.type);
}

static gboolean
check_room (const Look *self, GError **error)
{
  const guint64 length = MAX (self->wanted->length, self->wanted->largest);
  gboolean sparse = length <= self->wanted->data || has_holes (self);
  guint64 needed = sparse ? self->wanted->data : length;
  g_autofree char *size = dup_size (needed);
  g_autofree char *available = dup_size (self->file_system.free_space);

  if (sparse && self->wanted->largest > 0 && !check_length (self, error))
    return FALSE;
  if (needed <= self->file_system.free_space)
    return TRUE;
  return vz_fail (error, VZ_ERROR_OUT_OF_DISK_SPACE,
                  "'%s': %s are needed%s, and '%s' (%s) has %s; free some or choose "
                  "a folder on another file system",
                  self->path, size, sparse ? "" : ", because the file system has no sparse files",
                  self->folder, self->file_system.type, available);
}

/* Writes to a file there, which reveals permissions that no mode bit shows (a server's, FUSE's). */
static gboolean
check_writing (const Look *self, GError **error)
{
  g_autoptr (GError) cause = NULL;
  int fd VZ_AUTO_CLOSE = vz_file_open_nameless (self->folder, &cause);

  if (fd >= 0)
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&cause), "'%s' (%s): ", self->path,
                              self->file_system.type);
  return FALSE;
}

static gboolean
check_programs (const Look *self, GError **error)
{
  if ((self->wanted->flags & VZ_DESTINATION_PROGRAMS) == 0 || !self->file_system.no_exec)
    return TRUE;
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                  "'%s': programs must run there, but its file system (%s%s%s) is mounted "
                  "noexec; choose another "
                  "folder or mount it with exec",
                  self->path, self->file_system.type,
                  self->file_system.mount_point != NULL ? " at " : "",
                  self->file_system.mount_point != NULL ? self->file_system.mount_point : "");
}

static gboolean
check_links (const Look *self, GError **error)
{
  g_autofree char *link = NULL;
  guint64 number;
  gboolean done;

  if ((self->wanted->flags & VZ_DESTINATION_LINKS) == 0)
    return TRUE;
  vz_random_bytes (&number, sizeof number);
  link = g_strdup_printf ("%s/.vz.%016" G_GINT64_MODIFIER "x.tmp", self->folder, number);
  done = vz_fs_symlink ("vz", AT_FDCWD, link);
  if (done)
    unlink (link);
  return done || vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                          "'%s': symbolic links must be created there, but its file system (%s) "
                          "does not support them (%s); choose "
                          "a folder on another file system",
                          self->path, self->file_system.type, g_strerror (errno));
}

static gboolean
check (const Look *self, GError **error)
{
  return check_folder (self, error) && check_name (self, error) && check_largest (self, error) &&
         check_writing (self, error) && check_programs (self, error) && check_links (self, error) &&
         check_room (self, error);
}

gboolean
vz_destination_check (const char *path, const VzDestination *wanted, GError **error)
{
  g_autofree char *full = g_canonicalize_filename (path, NULL);
  gboolean inside = (wanted->flags & VZ_DESTINATION_FOLDER) != 0 &&
                    g_file_test (full, G_FILE_TEST_IS_DIR);
  g_autofree char *folder = inside ? g_strdup (full) : g_path_get_dirname (full);
  Look self = { full, folder, wanted, { 0 } };
  gboolean done;

  if (!vz_file_system_look (folder, &self.file_system))
    return vz_fail_errno (error, "'%s': cannot determine its file system", path);
  done = check (&self, error);
  vz_file_system_clear (&self.file_system);
  return done;
}

/**
 * vz_check_destination:
 * @path: (type filename): where something will be written
 * @is_folder: whether it is a folder to write into, which may be missing, rather than a file or
 * bundle
 * @data: the bytes that will be written; 0: not known yet
 * @length: the same including holes, which take space where the file system has none
 * @largest: the length of the largest file
 * @error: return location for an error, or %NULL
 *
 * Checks a destination before the work begins: that its parent exists and may be written to, the
 * name is allowed, there is enough space, and the file system supports files that large and that
 * sparse. It does not check whether something is at @path already. Every function that writes makes
 * these checks itself; call this one if you have other work to do first.
 *
 * Returns: whether all is well; otherwise the message names the path, the file system and what
 * would be needed, and @error is %VZ_ERROR_NOT_FOUND, %VZ_ERROR_INVALID_ARGUMENT (the name),
 * %VZ_ERROR_OUT_OF_DISK_SPACE, %VZ_ERROR_NOT_SUPPORTED (the file system) or %VZ_ERROR_IO (no
 * permission to write)
 */
gboolean
vz_check_destination (const char *path, gboolean is_folder, guint64 data, guint64 length,
                      guint64 largest, GError **error)
{
  const VzDestination wanted = { .flags = is_folder ? VZ_DESTINATION_FOLDER : 0,
                                 .data = data,
                                 .length = length,
                                 .largest = largest };

  g_return_val_if_fail (path != NULL, FALSE);
  return vz_destination_check (path, &wanted, error);
}
