/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/zip/vz-image-container.h"

#include "foundation/vz-fail.h"
#include "image/zip/vz-image-container-private.h"
#include "image/zip/vz-image-source.h"
#include "image/zip/vz-zip-directory.h"
#include "image/zip/vz-zip-end.h"

#include <errno.h>
#include <string.h>
#include <zip.h>

/* How this works
 *
 * libzip reads the image through a source of ours, which may be a file or a server. While the
 * archive is being opened, libzip gets the directory from memory, where vz_zip_directory_read() has
 * put and checked it, so that opening needs no second transfer and cannot exhaust the memory. (If
 * the directory lacks something that libzip insists on, libzip gets a completed one, see
 * vz-zip64-field.c.) The two readings of the directory must agree on every member.
 *
 * A member is opened in two steps. First we read its local header ourselves, because libzip does
 * not tell where the data is: it must be within the space that the directory leaves for it. Then
 * libzip opens the member, and must read the very same header. A restore reads chunks in place with
 * pread() from many threads, without libzip and its lock; there the data is checked against the
 * digests of the manifest.
 *
 * The archive is used under a lock, because a zip_t belongs to one thread at a time. */

#define EXTRA_USUAL 64 /* bytes of an extra field in a local header: usually fewer */

/* ---- libzip's source ---- */

/* Data before the directory comes from the image, the rest from memory while it is there. */
static gboolean
read_bytes (VzImageContainer *self, guint8 *buffer, guint64 size)
{
  guint64 before = self->directory == NULL ? size
                   : self->position < self->directory_offset
                     ? MIN (size, self->directory_offset - self->position)
                     : 0;
  gsize length;
  const guint8 *bytes;

  if (before > 0 && !vz_image_source_read (self->source, self->position, buffer, (gsize) before,
                                           self->cancellable, &self->failure))
    return FALSE;
  if (before == size)
    return TRUE;
  bytes = g_bytes_get_data (self->directory, &length);
  memcpy (buffer + before, bytes + (self->position + before - self->directory_offset),
          (gsize) (size - before));
  return TRUE;
}

static zip_int64_t
source_read (VzImageContainer *self, void *buffer, guint64 size)
{
  size = MIN (size, self->size - MIN (self->position, self->size));
  if (self->first_read == G_MAXUINT64)
    self->first_read = self->position;
  if (self->failure != NULL || !read_bytes (self, buffer, size))
    {
      zip_error_set (&self->zip_error, ZIP_ER_READ, EIO);
      return -1;
    }
  self->position += size;
  return (zip_int64_t) size;
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
source_seek (VzImageContainer *self, void *argument, zip_uint64_t size)
{
  zip_int64_t offset =
    zip_source_seek_compute_offset (self->position, self->size, argument, size, &self->zip_error);

  if (offset < 0)
    return -1;
  self->position = (guint64) offset;
  return 0;
}

static zip_int64_t
source_callback (void *data, void *argument, zip_uint64_t size, zip_source_cmd_t command)
{
  VzImageContainer *self = data;

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
      return source_seek (self, argument, size);
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

/* To be called before libzip. */
void
vz_image_container_begin (VzImageContainer *self, GCancellable *cancellable)
{
  self->cancellable = cancellable;
  self->first_read = G_MAXUINT64;
  g_clear_error (&self->failure);
}

/* The source's own failure if that was the reason, else libzip's. */
gboolean
vz_image_container_fail_zip (VzImageContainer *self, const char *doing, const char *what,
                             zip_error_t *failure, GError **error)
{
  if (self->failure == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "%s%s: %s", doing, what,
                    zip_error_strerror (failure));
  g_propagate_prefixed_error (error, g_steal_pointer (&self->failure), "%s%s: ", doing, what);
  return FALSE;
}

/* ---- opening ---- */

static gboolean
open_archive (VzImageContainer *self, GCancellable *cancellable, GError **error)
{
  zip_error_t failure;
  zip_source_t *source;
  gboolean opened;

  vz_image_container_begin (self, cancellable);
  zip_error_init (&failure);
  source = zip_source_function_create (source_callback, self, &failure);
  self->archive = source == NULL ? NULL : zip_open_from_source (source, ZIP_RDONLY, &failure);
  opened = self->archive != NULL;
  if (!opened)
    {
      vz_image_container_fail_zip (self, "the zip file's directory is damaged", "", &failure,
                                   error);
      zip_source_free (source);
    }
  zip_error_fini (&failure);
  return opened;
}

static gboolean
is_as_libzip_reads (const VzImageMember *member, const zip_stat_t *st)
{
  const zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                              ZIP_STAT_COMP_METHOD;

  if ((st->valid & needed) != needed || !g_str_equal (st->name, member->name) ||
      st->size != member->size || st->comp_size != member->packed_size)
    return FALSE;
  /* For an encrypted member, libzip reports the method used before encryption. */
  return member->encrypted || (st->comp_method == member->method &&
                               ((st->valid & ZIP_STAT_CRC) == 0 || st->crc == member->checksum));
}

static gboolean
compare_member (VzImageContainer *self, const VzImageMember *member, GError **error)
{
  zip_stat_t st;

  if (zip_stat_index (self->archive, member->index, ZIP_FL_ENC_RAW, &st) == 0 &&
      is_as_libzip_reads (member, &st))
    return TRUE;
  return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                  "the zip file's directory can be read in two ways: member '%s'", member->name);
}

static gboolean
list_names (VzImageContainer *self, GError **error)
{
  zip_int64_t count = zip_get_num_entries (self->archive, 0);

  if (count != (zip_int64_t) self->members->len)
    return vz_fail (
      error, VZ_ERROR_INVALID_RESTORE_IMAGE,
      "the zip file's directory can be read in two ways: it has %u members or %" G_GINT64_FORMAT,
      self->members->len, (gint64) count);
  for (guint i = 0; i < self->members->len; i++)
    {
      const VzImageMember *member = vz_image_container_get_member (self, i);

      if (!compare_member (self, member, error))
        return FALSE;
      if (!g_hash_table_insert (self->names, member->name, GUINT_TO_POINTER (i + 1)))
        return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "there are two members named '%s'",
                        member->name);
    }
  return TRUE;
}

/* Takes @source, even on failure. */
static VzImageContainer *
open_source (VzImageSource *source, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzImageContainer) self = g_new0 (VzImageContainer, 1);
  g_auto (VzZipDirectory) directory = { NULL };

  self->ref_count = 1;
  self->source = source;
  g_mutex_init (&self->lock);
  zip_error_init (&self->zip_error);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  if (!vz_zip_directory_read (&directory, source, cancellable, error))
    return NULL;
  self->members = g_steal_pointer (&directory.members);
  self->directory = directory.bytes;
  self->directory_offset = directory.offset;
  self->size = directory.offset + g_bytes_get_size (directory.bytes);
  if (!open_archive (self, cancellable, error) || !list_names (self, error))
    return NULL;
  self->directory = NULL;
  return g_steal_pointer (&self);
}

VzImageContainer *
vz_image_container_open (const char *path, GCancellable *cancellable, GError **error)
{
  VzImageSource *source = vz_image_source_new_for_file (path, error);

  return source != NULL ? open_source (source, cancellable, error) : NULL;
}

VzImageContainer *
vz_image_container_open_url (const char *url, GCancellable *cancellable, GError **error)
{
  VzImageSource *source = vz_image_source_new_for_url (url, cancellable, error);

  return source != NULL ? open_source (source, cancellable, error) : NULL;
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
  vz_image_source_free (self->source);
  g_hash_table_unref (self->names);
  g_clear_pointer (&self->members, g_array_unref);
  g_clear_error (&self->failure);
  zip_error_fini (&self->zip_error);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* ---- what there is ---- */

guint64
vz_image_container_get_size (VzImageContainer *self)
{
  return vz_image_source_get_size (self->source);
}

int
vz_image_container_get_fd (VzImageContainer *self)
{
  return vz_image_source_get_fd (self->source);
}

guint
vz_image_container_get_n_members (VzImageContainer *self)
{
  return self->members->len;
}

const VzImageMember *
vz_image_container_get_member (VzImageContainer *self, guint number)
{
  return &g_array_index (self->members, VzImageMember, number);
}

const VzImageMember *
vz_image_container_find (VzImageContainer *self, const char *name)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (self->names, name));

  return number == 0 ? NULL : vz_image_container_get_member (self, number - 1);
}

/* ---- reading ---- */

gboolean
vz_image_container_locate_data (VzImageContainer *self, const VzImageMember *member,
                                guint64 *ret_offset, GCancellable *cancellable, GError **error)
{
  gsize name_length = strlen (member->name);
  gsize size = LOCAL_HEADER_SIZE + name_length;
  g_autofree guint8 *header = g_malloc (size);
  guint64 offset;

  /* The directory's reader has checked that there is room for this much. */
  vz_image_source_expect (self->source, member->offset,
                          member->offset + size + EXTRA_USUAL + member->packed_size);
  if (!vz_image_source_read (self->source, member->offset, header, size, cancellable, error))
    return FALSE;
  if (memcmp (header, "PK\3\4", 4) != 0 || vz_zip_get_le (header + 26, 2) != name_length ||
      memcmp (header + LOCAL_HEADER_SIZE, member->name, name_length) != 0)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "it is not where the zip file's directory says");
  offset = member->offset + size + vz_zip_get_le (header + 28, 2);
  if (offset > member->end || member->packed_size > member->end - offset)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "its data overlap what follows them in the zip file");
  *ret_offset = offset;
  return TRUE;
}

gboolean
vz_image_container_find_data (VzImageContainer *self, const VzImageMember *member,
                              guint64 *ret_offset, GCancellable *cancellable, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return vz_image_container_locate_data (self, member, ret_offset, cancellable, error);
}

gboolean
vz_image_container_locate (VzImageContainer *self, const VzImageMember *member, guint64 *ret_offset,
                           GCancellable *cancellable, GError **error)
{

  if (!member->stored || member->size == 0)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "member '%s' is %s", member->name,
                    member->encrypted   ? "encrypted"
                    : member->size == 0 ? "empty"
                                        : "compressed a second time");
  return vz_image_container_find_data (self, member, ret_offset, cancellable, error) ||
         vz_fail_prefix (error, "member '%s': ", member->name);
}
