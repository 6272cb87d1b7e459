/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/chunks/vz-chunk-archive.h"

#include "foundation/file/vz-file-content.h"
#include "foundation/file/vz-file-system.h"
#include "foundation/file/vz-sparse.h"
#include "foundation/vz-fail.h"
#include "image/chunks/vz-chunk-compressor.h"
#include "image/manifest/vz-build-manifest-format.h"
#include "image/manifest/vz-component-private.h"
#include "image/zip/vz-zip-output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How this works
 *
 * vz_chunk_archive_add() only notes which chunks have data: the file system is asked about holes,
 * and chunks that are allocated but zero are found by reading up to the first nonzero byte. Writing
 * makes a zip member for each chunk with data and lets libzip write the archive: when libzip comes
 * to a member, it asks that member's source for its size and data, and the source takes the next
 * packed chunk from the compressor, which works ahead on all cores. So nothing is written twice and
 * nothing is kept in memory except in the compressor's ring. The manifest comes after the chunks,
 * since only then are all digests known.
 *
 * The same input gives the same bytes: a fixed order, a fixed date, no owner, and frames that do
 * not depend on the number of threads. */

#define LEVEL_DEFAULT 3
/* 2007-01-09 09:41:00, the date in Apple's own images */
#define DOS_DATE ((27 << 9) | (1 << 5) | 9)
#define DOS_TIME ((9 << 11) | (41 << 5))

/* One zip member: a chunk, or a text if component is NULL. */
typedef struct {
  VzChunkArchive *writer; /* borrowed */
  VzComponent *component; /* borrowed */
  guint32 chunk; /* within the component */
  const char *name; /* of a text */
  guint number; /* among all members */
  gsize position; /* of libzip's reading */
  zip_error_t zip_error;
} Member;

struct _VzChunkArchive {
  char *path; /* owned */
  int level;
  gboolean with_digest;
  mode_t mode;
  VzZipOutput *output; /* owned */
  GPtrArray *components; /* of VzComponent; digests are filled in while writing */
  GArray *fds; /* of int, one for each component, owned */
  GArray *sources; /* of VzChunkSource */
  GArray *members; /* of Member: parallel to sources, then the texts */

  /* while it is written */
  VzChunkArchiveManifest format;
  gpointer user_data;
  VzChunkCompressor *compressor; /* owned */
  VzProgress *progress; /* borrowed */
  GCancellable *cancellable; /* borrowed */
  GPtrArray *digests; /* of GByteArray, one for each component */
  guint opened; /* members whose data have been fetched */
  VzPackedChunk current; /* data of member opened - 1 */
  GBytes *manifest; /* owned */
  GBytes *digest; /* owned */
  GError *failure; /* owned: why a source told libzip to stop */
};

static void
close_fd (gpointer data)
{
  (void) close (*(int *) data);
}

VzChunkArchive *
vz_chunk_archive_new (const char *path)
{
  VzChunkArchive *self = g_new0 (VzChunkArchive, 1);

  self->path = g_strdup (path);
  self->level = LEVEL_DEFAULT;
  self->mode = 0666;
  self->components = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_component_unref);
  self->digests = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  self->fds = g_array_new (FALSE, FALSE, sizeof (int));
  g_array_set_clear_func (self->fds, close_fd);
  self->sources = g_array_new (FALSE, FALSE, sizeof (VzChunkSource));
  self->members = g_array_new (FALSE, TRUE, sizeof (Member));
  return self;
}

void
vz_chunk_archive_free (VzChunkArchive *self)
{
  if (self == NULL)
    return;
  vz_chunk_compressor_free (self->compressor);
  vz_zip_output_free (self->output);
  g_array_unref (self->members);
  g_array_unref (self->sources);
  g_array_unref (self->fds);
  g_ptr_array_unref (self->digests);
  g_ptr_array_unref (self->components);
  g_clear_pointer (&self->manifest, g_bytes_unref);
  g_clear_pointer (&self->digest, g_bytes_unref);
  g_clear_error (&self->failure);
  g_free (self->path);
  g_free (self);
}

void
vz_chunk_archive_set_level (VzChunkArchive *self, int level)
{
  self->level = CLAMP (level, 1, 19);
}

void
vz_chunk_archive_add_digest (VzChunkArchive *self)
{
  self->with_digest = TRUE;
}

void
vz_chunk_archive_keep_private (VzChunkArchive *self)
{
  self->mode = 0600;
}

GPtrArray *
vz_chunk_archive_get_components (VzChunkArchive *self)
{
  return self->components;
}

gboolean
vz_chunk_archive_open (VzChunkArchive *self, GError **error)
{
  if (self->output == NULL)
    self->output = vz_zip_output_new (self->path, self->mode, error);
  return self->output != NULL;
}

static void
add_member (VzChunkArchive *self, VzComponent *component, guint32 chunk, const char *name)
{
  Member member = { .writer = self,
                    .component = component,
                    .chunk = chunk,
                    .name = name,
                    .number = self->members->len };

  zip_error_init (&member.zip_error);
  g_array_append_val (self->members, member);
}

static gboolean
add_chunks (VzChunkArchive *self, VzComponent *component, int fd, GError **error)
{
  guint64 data = 0;

  for (guint32 i = 0; i < component->n_chunks; i++)
    {
      VzChunkSource source = { .fd = fd, .offset = (guint64) i * component->chunk_size };
      gboolean found;

      source.length = vz_chunk_length (component->size, component->chunk_size, i);
      if (data < source.offset)
        {
          off_t next, end;

          if (vz_fs_next_data (fd, (off_t) component->size, (off_t) source.offset, &next, &end))
            data = (guint64) next;
          else if (errno == 0)
            break; /* only a hole up to the end */
          else
            data = source.offset;
        }
      if (data >= source.offset + source.length)
        continue;
      if (!vz_file_content_has_data (fd, source.offset, source.length, &found, error))
        return FALSE;
      if (!found)
        continue;
      add_member (self, component, i, NULL);
      g_array_append_val (self->sources, source);
    }
  return TRUE;
}

static gboolean
check_name (VzChunkArchive *self, const char *name, GError **error)
{
  static const char allowed[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".-_";

  if (name[0] == '\0' || name[0] == '.' || strspn (name, allowed) != strlen (name))
    return vz_fail (
      error, VZ_ERROR_INVALID_ARGUMENT,
      "'%s' found as a component's name: letters, digits, '.', '-' and '_' are allowed", name);
  for (guint i = 0; i < self->components->len; i++)
    if (g_str_equal (((VzComponent *) g_ptr_array_index (self->components, i))->name, name))
      return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "there are two components named '%s'",
                      name);
  return TRUE;
}

/* The digest table has a size limit; a disk too large for it gets larger chunks. */
static gboolean
cut_into_chunks (VzComponent *component, guint64 size, GError **error)
{
  component->size = size;
  component->chunk_size = VZ_CHUNK_SIZE;
  component->n_chunks = vz_chunk_count (size, component->chunk_size);
  if (component->n_chunks == 0)
    {
      component->chunk_size = VZ_CHUNK_SIZE_MAX;
      component->n_chunks = vz_chunk_count (size, component->chunk_size);
    }
  return component->n_chunks > 0 ||
         vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "%" G_GUINT64_FORMAT " bytes found, at most %u chunks of %u allowed", size,
                  VZ_CHUNKS_MAX, VZ_CHUNK_SIZE_MAX);
}

gboolean
vz_chunk_archive_add (VzChunkArchive *self, VzComponent *component, int fd, GError **error)
{
  VZ_ERROR_PREFIX ("component %s", component->name);
  struct stat st;
  int own_fd;

  if (!check_name (self, component->name, error))
    return FALSE;
  if (fstat (fd, &st) < 0)
    return vz_fail_errno (error, "reading its size");
  if (!S_ISREG (st.st_mode) || st.st_size == 0)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "must be a regular file that is not empty");
  if (!cut_into_chunks (component, (guint64) st.st_size, error))
    return FALSE;
  component->path = g_strdup_printf ("Chunks/%s", component->name);
  own_fd = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  if (own_fd < 0)
    return vz_fail_errno (error, "keeping its descriptor");
  g_array_append_val (self->fds, own_fd);
  if (!add_chunks (self, component, own_fd, error))
    return FALSE;
  g_ptr_array_add (self->components, vz_component_ref (component));
  return TRUE;
}

static GByteArray *
digests_of (VzChunkArchive *self, const VzComponent *component)
{
  guint index = 0;

  if (!g_ptr_array_find (self->components, component, &index))
    g_assert_not_reached ();
  return g_ptr_array_index (self->digests, index);
}

static void
make_manifest (VzChunkArchive *self)
{
  g_autofree char *digest = NULL;
  char *text;

  for (guint i = 0; i < self->components->len; i++)
    {
      VzComponent *component = g_ptr_array_index (self->components, i);
      GByteArray *digests = g_ptr_array_index (self->digests, i);

      component->chunk_digests = g_bytes_new (digests->data, digests->len);
    }
  self->manifest = self->format (self->components, self->user_data);
  digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->manifest);
  text = g_strdup_printf ("%s  " VZ_MANIFEST_MEMBER "\n", digest);
  self->digest = g_bytes_new_take (text, strlen (text));
}

static void
fetch_text (VzChunkArchive *self, const char *name)
{
  GBytes *bytes;

  if (self->manifest == NULL)
    make_manifest (self);
  bytes = g_str_equal (name, VZ_MANIFEST_MEMBER) ? self->manifest : self->digest;
  self->current.data = g_bytes_get_data (bytes, &self->current.size);
}

/* Makes the data of @member current; libzip reads the members in order. */
static gboolean
fetch_member (Member *member)
{
  VzChunkArchive *self = member->writer;

  if (member->number + 1 == self->opened)
    return TRUE;
  if (member->number != self->opened)
    return vz_fail (&self->failure, VZ_ERROR_INTERNAL, "members are written out of order");
  if (member->component == NULL)
    fetch_text (self, member->name);
  else
    {
      if (!vz_chunk_compressor_next (self->compressor, &self->current, self->cancellable,
                                     &self->failure))
        return FALSE;
      memcpy (digests_of (self, member->component)->data +
                (gsize) member->chunk * VZ_CHUNK_DIGEST_SIZE,
              self->current.digest, VZ_CHUNK_DIGEST_SIZE);
      if (self->progress != NULL)
        vz_progress_add_completed (
          self->progress, g_array_index (self->sources, VzChunkSource, member->number).length);
    }
  self->opened++;
  return TRUE;
}

static zip_int64_t
stat_member (Member *member, zip_stat_t *st)
{
  zip_stat_init (st);
  /* Asked before its turn, a member does not know its size yet. */
  if (member->number > member->writer->opened)
    return 0;
  if (!fetch_member (member))
    return -1;
  st->size = member->writer->current.size;
  st->valid = ZIP_STAT_SIZE;
  return 0;
}

static zip_int64_t
read_member (Member *member, guint8 *buffer, guint64 size)
{
  const VzPackedChunk *current = &member->writer->current;
  gsize n = MIN (size, current->size - member->position);

  memcpy (buffer, current->data + member->position, n);
  member->position += n;
  return (zip_int64_t) n;
}

static zip_int64_t
member_callback (void *data, void *argument, zip_uint64_t size, zip_source_cmd_t command)
{
  Member *member = data;
  zip_int64_t result = 0;

  switch (command)
    {
    case ZIP_SOURCE_SUPPORTS:
      return ZIP_SOURCE_SUPPORTS_READABLE;
    case ZIP_SOURCE_STAT:
      result = stat_member (member, argument);
      break;
    case ZIP_SOURCE_OPEN:
      member->position = 0;
      result = fetch_member (member) ? 0 : -1;
      break;
    case ZIP_SOURCE_READ:
      return read_member (member, argument, size);
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
      return 0;
    case ZIP_SOURCE_ERROR:
      return zip_error_to_data (&member->zip_error, argument, size);
    default:
      zip_error_set (&member->zip_error, ZIP_ER_OPNOTSUPP, 0);
      return -1;
    }
  if (result < 0)
    zip_error_set (&member->zip_error, ZIP_ER_CANCELLED, 0);
  return result;
}

static gboolean
add_to_archive (zip_t *archive, Member *member, GError **error)
{
  g_autofree char *name = NULL;
  zip_source_t *source = zip_source_function (archive, member_callback, member);
  zip_int64_t index;

  name = member->component == NULL
           ? g_strdup (member->name)
           : vz_chunk_dup_member_name (member->component->path, member->chunk);
  index = source == NULL ? -1 : zip_file_add (archive, name, source, ZIP_FL_ENC_UTF_8);
  if (index < 0)
    {
      zip_source_free (source);
      return vz_fail (error, VZ_ERROR_INTERNAL, "adding %s: %s", name, zip_strerror (archive));
    }
  if (zip_set_file_compression (archive, (zip_uint64_t) index, ZIP_CM_STORE, 0) < 0 ||
      zip_file_set_dostime (archive, (zip_uint64_t) index, DOS_TIME, DOS_DATE, 0) < 0 ||
      zip_file_set_external_attributes (archive, (zip_uint64_t) index, 0, ZIP_OPSYS_UNIX,
                                        (zip_uint32_t) (S_IFREG | 0644) << 16) < 0)
    return vz_fail (error, VZ_ERROR_INTERNAL, "describing %s: %s", name, zip_strerror (archive));
  return TRUE;
}

static gboolean
write_archive (VzChunkArchive *self, VzZipOutput *output, GError **error)
{
  zip_source_t *target = vz_zip_output_create_source (output, error);
  zip_t *archive;

  if (target == NULL)
    return FALSE;
  archive = zip_open_from_source (target, ZIP_CREATE | ZIP_TRUNCATE, NULL);
  if (archive == NULL)
    {
      zip_source_free (target);
      return vz_fail (error, VZ_ERROR_INTERNAL, "libzip created no archive");
    }
  for (guint i = 0; i < self->members->len; i++)
    if (!add_to_archive (archive, &g_array_index (self->members, Member, i), error))
      {
        zip_discard (archive);
        return FALSE;
      }
  if (zip_close (archive) < 0)
    {
      zip_error_t *failure = zip_get_error (archive);

      errno = zip_error_code_system (failure);
      if (self->failure != NULL)
        g_propagate_error (error, g_steal_pointer (&self->failure));
      else if (zip_error_system_type (failure) == ZIP_ET_SYS)
        vz_fail_errno (error, "writing");
      else
        vz_fail (error, VZ_ERROR_IO, "writing: %s", zip_strerror (archive));
      zip_discard (archive);
      return FALSE;
    }
  return TRUE;
}

static void
prepare (VzChunkArchive *self)
{
  guint64 total = 0;

  add_member (self, NULL, 0, VZ_MANIFEST_MEMBER);
  if (self->with_digest)
    add_member (self, NULL, 0, VZ_MANIFEST_DIGEST_MEMBER);
  for (guint i = 0; i < self->sources->len; i++)
    total += g_array_index (self->sources, VzChunkSource, i).length;
  for (guint i = 0; i < self->components->len; i++)
    {
      VzComponent *component = g_ptr_array_index (self->components, i);
      GByteArray *digests = g_byte_array_new ();

      g_byte_array_set_size (digests, component->n_chunks * VZ_CHUNK_DIGEST_SIZE);
      memset (digests->data, 0, digests->len);
      g_ptr_array_add (self->digests, digests);
    }
  if (self->progress != NULL)
    vz_progress_set_total (self->progress, total);
}

gboolean
vz_chunk_archive_write (VzChunkArchive *self, VzChunkArchiveManifest format, gpointer user_data,
                        VzProgress *progress, GCancellable *cancellable, GError **error)
{
  if (self->compressor != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "it is already finished");
  if (!vz_chunk_archive_open (self, error))
    return FALSE;
  self->format = format;
  self->user_data = user_data;
  self->progress = progress;
  self->cancellable = cancellable;
  prepare (self);
  self->compressor = vz_chunk_compressor_new ((const VzChunkSource *) self->sources->data,
                                              self->sources->len, self->level);
  if (!write_archive (self, self->output, error) ||
      !vz_zip_output_publish (self->output, cancellable, error))
    return FALSE;
  if (progress != NULL)
    vz_progress_finish (progress);
  return TRUE;
}
