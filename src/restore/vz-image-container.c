/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore/vz-image-container.h"

#include "foundation/vz-fail.h"
#include "restore/vz-zip-guard.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

/* How this works
 *
 * libzip reads the file through a source of ours. That gives us two things. First a ceiling: while
 * the archive is opened, a directory longer than the limit ends with a read error instead of
 * filling the memory. Second the place of a member's data, which libzip tells nobody: when a member
 * is opened and its first byte is read, our source sees from where. The restore then reads chunks
 * with pread() from many threads, without libzip, its lock and its checksum; the digests in the
 * manifest are what those data are held against, so a wrong place can never go unnoticed.
 *
 * The archive is used under a lock, because a zip_t belongs to one thread at a time. */

struct _VzImageContainer {
  int ref_count; /* atomic */
  int fd;        /* owned */
  guint64 size;
  GMutex lock;       /* of archive and reading */
  zip_t *archive;    /* owned */
  GArray *members;   /* of VzImageMember, immutable once open */
  GHashTable *names; /* name -> index + 1 */

  /* the source */
  guint64 position;
  guint64 last_read; /* where the latest read began */
  guint64 budget;    /* bytes that may still be read */
  zip_error_t zip_error;
};

static zip_int64_t
source_read (VzImageContainer *self, void *buffer, guint64 size)
{
  ssize_t n;

  if (size > self->budget)
    {
      zip_error_set (&self->zip_error, ZIP_ER_MEMORY, 0);
      return -1;
    }
  self->last_read = self->position;
  do
    n = pread (self->fd, buffer, size, (off_t) self->position);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    {
      zip_error_set (&self->zip_error, ZIP_ER_READ, errno);
      return -1;
    }
  self->position += (guint64) n;
  self->budget -= (guint64) n;
  return n;
}

static zip_int64_t
source_stat (VzImageContainer *self, zip_stat_t *st)
{
  zip_stat_init (st);
  st->size = self->size;
  st->valid = ZIP_STAT_SIZE;
  return sizeof *st;
}

static zip_int64_t
source_callback (void *data, void *argument, zip_uint64_t size, zip_source_cmd_t command)
{
  VzImageContainer *self = data;
  zip_int64_t offset;

  switch (command)
    {
    case ZIP_SOURCE_SUPPORTS:
      return ZIP_SOURCE_SUPPORTS_SEEKABLE;
    case ZIP_SOURCE_OPEN:
      self->position = 0;
      return 0;
    case ZIP_SOURCE_READ:
      return source_read (self, argument, size);
    case ZIP_SOURCE_STAT:
      return source_stat (self, argument);
    case ZIP_SOURCE_SEEK:
      offset = zip_source_seek_compute_offset (self->position, self->size, argument, size,
                                               &self->zip_error);
      if (offset < 0)
        return -1;
      self->position = (guint64) offset;
      return 0;
    case ZIP_SOURCE_TELL:
      return (zip_int64_t) self->position;
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
      return 0;
    case ZIP_SOURCE_ERROR:
      return zip_error_to_data (&self->zip_error, argument, size);
    default:
      zip_error_set (&self->zip_error, ZIP_ER_OPNOTSUPP, 0);
      return -1;
    }
}

static gboolean
starts_like_a_zip (VzImageContainer *self)
{
  static const char magic[] = { 'P', 'K', 3, 4 };
  char head[sizeof magic];

  return pread (self->fd, head, sizeof head, 0) == sizeof head &&
         memcmp (head, magic, sizeof magic) == 0;
}

static gboolean
fail_open (VzImageContainer *self, zip_error_t *failure, GError **error)
{
  switch (zip_error_code_zip (failure))
    {
    case ZIP_ER_NOZIP:
      if (starts_like_a_zip (self))
        return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                        "The file is cut off: the zip file's directory at its end is missing");
      return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "The file is not a zip file");
    case ZIP_ER_INCONS:
    case ZIP_ER_MULTIDISK:
    case ZIP_ER_EOF:
    case ZIP_ER_EXISTS:
      return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                      "The zip file's directory is damaged: %s", zip_error_strerror (failure));
    case ZIP_ER_MEMORY:
      return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                      "The zip file's directory is damaged or has more than %d bytes",
                      VZ_IMAGE_DIRECTORY_SIZE_MAX);
    default:
      return vz_fail (error, VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED, "Reading failed: %s",
                      zip_error_strerror (failure));
    }
}

static gboolean
fail_count (guint64 count, GError **error)
{
  return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                  "%" G_GUINT64_FORMAT " members found, at most %d allowed", count,
                  VZ_IMAGE_MEMBERS_MAX);
}

static gboolean
open_archive (VzImageContainer *self, GError **error)
{
  zip_error_t failure;
  guint64 claimed = vz_zip_guard_claimed_members (self->fd, self->size);
  zip_source_t *source;
  gboolean opened;

  if (claimed > VZ_IMAGE_MEMBERS_MAX)
    return fail_count (claimed, error);
  zip_error_init (&failure);
  source = zip_source_function_create (source_callback, self, &failure);
  self->budget = VZ_IMAGE_DIRECTORY_SIZE_MAX;
  self->archive = source == NULL ? NULL : zip_open_from_source (source, ZIP_RDONLY, &failure);
  self->budget = G_MAXUINT64;
  opened = self->archive != NULL;
  if (!opened)
    {
      fail_open (self, &failure, error);
      zip_source_free (source);
    }
  zip_error_fini (&failure);
  return opened;
}

static gboolean
name_is_safe (const char *name)
{
  g_auto (GStrv) parts = NULL;

  if (name[0] == '\0' || name[0] == '/' || strlen (name) > 1024 ||
      !g_utf8_validate (name, -1, NULL))
    return FALSE;
  for (const char *c = name; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c) || *c == '\\')
      return FALSE;
  if (strstr (name, "..") == NULL)
    return TRUE;
  parts = g_strsplit (name, "/", -1);
  return !g_strv_contains ((const char *const *) parts, "..");
}

static gboolean
add_member (VzImageContainer *self, guint64 index, GError **error)
{
  VzImageMember member = { .index = index };
  zip_stat_t st;

  if (zip_stat_index (self->archive, index, ZIP_FL_ENC_RAW, &st) < 0 ||
      (~st.valid & (ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD)) !=
        0)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "Member %" G_GUINT64_FORMAT " has no sound description", index);
  if (!name_is_safe (st.name))
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "Member %" G_GUINT64_FORMAT " has a name that is not allowed", index);
  if (g_hash_table_contains (self->names, st.name))
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "There are two members named '%s'",
                    st.name);
  if (st.comp_size > self->size)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "Member '%s' claims to be longer than the file", st.name);
  member.name = g_strdup (st.name);
  member.size = st.size;
  member.packed_size = st.comp_size;
  member.encrypted =
    (st.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && st.encryption_method != ZIP_EM_NONE;
  member.stored = st.comp_method == ZIP_CM_STORE && !member.encrypted;
  if (member.stored && member.size != member.packed_size)
    {
      g_free (member.name);
      return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "Member '%s' has two different sizes",
                      st.name);
    }
  g_array_append_val (self->members, member);
  g_hash_table_insert (self->names, member.name, GUINT_TO_POINTER (self->members->len));
  return TRUE;
}

static gboolean
read_directory (VzImageContainer *self, GError **error)
{
  zip_int64_t count = zip_get_num_entries (self->archive, 0);

  if (count < 0 || count > VZ_IMAGE_MEMBERS_MAX)
    return fail_count ((guint64) count, error);
  for (zip_int64_t i = 0; i < count; i++)
    if (!add_member (self, (guint64) i, error))
      return FALSE;
  return TRUE;
}

static void
clear_member (gpointer data)
{
  g_free (((VzImageMember *) data)->name);
}

static gboolean
open_file (VzImageContainer *self, const char *path, GError **error)
{
  struct stat st;

  /* Not blocking, so that a FIFO cannot hold us; it is refused below. */
  self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (self->fd < 0 && errno == ENOENT)
    return vz_fail (error, VZ_ERROR_NOT_FOUND, "There is no such file");
  if (self->fd < 0 || fstat (self->fd, &st) < 0)
    return vz_fail (error, VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED, "Opening: %s", g_strerror (errno));
  if (!S_ISREG (st.st_mode))
    return vz_fail (error, VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED, "It is not a regular file");
  self->size = (guint64) st.st_size;
  if (self->size == 0)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "The file is empty");
  return TRUE;
}

VzImageContainer *
vz_image_container_open (const char *path, GError **error)
{
  g_autoptr (VzImageContainer) self = g_new0 (VzImageContainer, 1);

  self->ref_count = 1;
  self->fd = -1;
  g_mutex_init (&self->lock);
  zip_error_init (&self->zip_error);
  self->members = g_array_new (FALSE, FALSE, sizeof (VzImageMember));
  g_array_set_clear_func (self->members, clear_member);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  if (!open_file (self, path, error) || !open_archive (self, error) ||
      !read_directory (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

VzImageContainer *
vz_image_container_ref (VzImageContainer *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vz_image_container_unref (VzImageContainer *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  if (self->archive != NULL)
    zip_discard (self->archive);
  if (self->fd >= 0)
    (void) close (self->fd);
  g_hash_table_unref (self->names);
  g_array_unref (self->members);
  zip_error_fini (&self->zip_error);
  g_mutex_clear (&self->lock);
  g_free (self);
}

guint64
vz_image_container_get_size (VzImageContainer *self)
{
  return self->size;
}

int
vz_image_container_get_fd (VzImageContainer *self)
{
  return self->fd;
}

const VzImageMember *
vz_image_container_find (VzImageContainer *self, const char *name)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (self->names, name));

  return number == 0 ? NULL : &g_array_index (self->members, VzImageMember, number - 1);
}

static gboolean
fail_member (VzImageContainer *self, const VzImageMember *member, zip_error_t *failure,
             GError **error)
{
  return vz_fail (error,
                  zip_error_system_type (failure) == ZIP_ET_SYS ? VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED
                                                                : VZ_ERROR_INVALID_RESTORE_IMAGE,
                  "Reading member '%s': %s", member->name, zip_error_strerror (failure));
}

GBytes *
vz_image_container_read (VzImageContainer *self, const VzImageMember *member, gsize limit,
                         GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autofree guint8 *data = NULL;
  zip_file_t *file;
  zip_int64_t n = 0;
  guint8 beyond;
  gsize done = 0;

  if (member->encrypted)
    return vz_fail_null (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "Member '%s' is encrypted",
                         member->name);
  if (member->size > limit)
    return vz_fail_null (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                         "Member '%s' has %" G_GUINT64_FORMAT " bytes, at most %" G_GSIZE_FORMAT
                         " allowed",
                         member->name, member->size, limit);
  locker = g_mutex_locker_new (&self->lock);
  file = zip_fopen_index (self->archive, member->index, 0);
  if (file == NULL)
    {
      fail_member (self, member, zip_get_error (self->archive), error);
      return NULL;
    }
  data = g_malloc (member->size + 1);
  while (done < member->size && (n = zip_fread (file, data + done, member->size - done)) > 0)
    done += (gsize) n;
  /* libzip compares the checksum when it meets the end, so the end has to be read as well */
  if (n >= 0 && done == member->size)
    n = zip_fread (file, &beyond, 1);
  if (n < 0)
    fail_member (self, member, zip_file_get_error (file), error);
  zip_fclose (file);
  if (n < 0)
    return NULL;
  if (done != member->size || n > 0)
    return vz_fail_null (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                         "Member '%s' does not have the size it claims", member->name);
  return g_bytes_new_take (g_steal_pointer (&data), done);
}

gboolean
vz_image_container_locate (VzImageContainer *self, const VzImageMember *member, guint64 *ret_offset,
                           GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  zip_file_t *file;
  zip_int64_t n;
  guint8 first;

  if (!member->stored || member->size == 0)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "Member '%s' is %s", member->name,
                    member->encrypted   ? "encrypted"
                    : member->size == 0 ? "empty"
                                        : "compressed a second time");
  locker = g_mutex_locker_new (&self->lock);
  file = zip_fopen_index (self->archive, member->index, ZIP_FL_COMPRESSED);
  if (file == NULL)
    return fail_member (self, member, zip_get_error (self->archive), error);
  n = zip_fread (file, &first, 1);
  if (n < 0)
    fail_member (self, member, zip_file_get_error (file), error);
  zip_fclose (file);
  if (n < 0)
    return FALSE;
  if (n == 0 || self->last_read > self->size || member->size > self->size - self->last_read)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "Member '%s' is cut off", member->name);
  *ret_offset = self->last_read;
  return TRUE;
}
