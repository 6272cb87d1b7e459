/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/chunks/vz-chunk-pipeline.h"

#include "foundation/file/vz-sparse.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-hex.h"
#include "image/chunks/vz-disk-writer.h"
#include "image/manifest/vz-chunk.h"
#include "image/manifest/vz-component-private.h"
#include "image/zip/vz-image-source.h"

#include <string.h>
#include <zstd.h>

/* How this works
 *
 * Chunks are independent of each other, so each thread takes the next one and does everything for
 * it: reads the frame from the file, hashes it, decompresses it and writes it. There is no queue
 * between stages, since a stage on another core would have the data in the wrong cache; while one
 * thread waits for the disk, the others compute. A thread's buffers and its decompressor live as
 * long as the thread, so memory is bounded by threads times (frame + chunk).
 *
 * Frames of a local image are read with pread() rather than mapped: a page fault for every 4 KiB
 * costs more than the copy, and a file that shrinks would cause SIGBUS.
 *
 * The data is written in runs of nonzero blocks: a hole in the original stays a hole in the
 * copy. */

#define THREADS_MAX 32
#define BUFFERS_MAX (112 * 1024 * 1024) /* bytes for the buffers of all threads */

typedef struct {
  const VzImageMember *member;
  guint32 size; /* packed */
  guint32 number;
} Piece;

typedef struct {
  VzImageContainer *container;
  const VzComponent *component;
  VzDiskWriter *writer; /* borrowed; NULL: verify only, write nothing */
  guint64 offset;
  GArray *pieces; /* of Piece, in the order of the image file */
  gsize largest; /* frame */
  VzProgress *progress;
  GCancellable *cancellable;

  int next; /* atomic: the next piece */
  int stop; /* atomic */
  GMutex lock;
  GError *failure; /* under lock: the first one */
} Pipeline;

typedef struct {
  guint8 *packed;
  guint8 *data;
  ZSTD_DCtx *context;
} Workspace;

static gboolean
find_piece (VzImageContainer *container, const VzComponent *component, guint32 number,
            const VzImageMember **ret_member, GError **error)
{
  g_autofree char *name = vz_chunk_dup_member_name (component->path, number);
  const VzImageMember *member = vz_image_container_find (container, name);

  if (member == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "component %s: chunk %u is missing (member '%s')", component->name, number,
                    name);
  if (member->size > ZSTD_compressBound (component->chunk_size))
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "component %s: chunk %u has %" G_GUINT64_FORMAT
                    " bytes, more than its content can need",
                    component->name, number, member->size);
  *ret_member = member;
  return TRUE;
}

gboolean
vz_chunk_pipeline_measure (VzImageContainer *container, const VzComponent *component,
                           guint64 *ret_bytes, GError **error)
{
  guint64 bytes = 0;

  for (guint32 i = 0; i < component->n_chunks; i++)
    {
      const VzImageMember *member;

      if (vz_chunk_digest_is_absent (vz_component_get_chunk_digest (component, i)))
        continue;
      if (!find_piece (container, component, i, &member, error))
        return FALSE;
      bytes += member->size;
    }
  *ret_bytes = bytes;
  return TRUE;
}

static int
compare_positions (gconstpointer a, gconstpointer b)
{
  const VzImageMember *left = ((const Piece *) a)->member, *right = ((const Piece *) b)->member;

  return left->offset < right->offset ? -1 : left->offset > right->offset;
}

/* The position of every chunk, sorted, so that the image is read from front to back. */
static gboolean
plan (Pipeline *self, GError **error)
{
  const VzComponent *component = self->component;

  for (guint32 i = 0; i < component->n_chunks; i++)
    {
      Piece piece = { .number = i };

      if (vz_chunk_digest_is_absent (vz_component_get_chunk_digest (component, i)))
        continue;
      if (!find_piece (self->container, component, i, &piece.member, error))
        return FALSE;
      piece.size = (guint32) piece.member->size;
      self->largest = MAX (self->largest, piece.size);
      g_array_append_val (self->pieces, piece);
    }
  g_array_sort (self->pieces, compare_positions);
  return TRUE;
}

static gboolean
read_piece (Pipeline *self, const Piece *piece, guint8 *packed, GError **error)
{
  int fd = vz_image_container_get_fd (self->container);
  g_autoptr (GBytes) bytes = NULL;
  guint64 position;

  if (fd >= 0)
    return vz_image_container_locate (self->container, piece->member, &position, self->cancellable,
                                      error) &&
           vz_image_source_read_fd (fd, position, packed, piece->size, error);
  bytes =
    vz_image_container_read (self->container, piece->member, piece->size, self->cancellable, error);
  if (bytes == NULL)
    return FALSE;
  memcpy (packed, g_bytes_get_data (bytes, NULL), piece->size);
  return TRUE;
}

static gboolean
check_digest (Pipeline *self, const Piece *piece, const guint8 *packed, GError **error)
{
  const guint8 *expected = vz_component_get_chunk_digest (self->component, piece->number);
  g_autofree char *expected_hex = NULL;
  g_autofree char *found_hex = NULL;
  guint8 found[VZ_CHUNK_DIGEST_SIZE];

  vz_chunk_compute_digest (packed, piece->size, found);
  if (memcmp (expected, found, sizeof found) == 0)
    return TRUE;
  expected_hex = vz_hex_encode (expected, sizeof found);
  found_hex = vz_hex_encode (found, sizeof found);
  return vz_fail (error, VZ_ERROR_DIGEST_MISMATCH,
                  "the data are damaged: SHA-256 %s found, %s expected", found_hex, expected_hex);
}

static gboolean
unpack (Pipeline *self, const Piece *piece, Workspace *space, GError **error)
{
  guint32 length =
    vz_chunk_length (self->component->size, self->component->chunk_size, piece->number);
  size_t size =
    ZSTD_decompressDCtx (space->context, space->data, length, space->packed, piece->size);

  if (ZSTD_isError (size))
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "it does not decompress to %u bytes: %s",
                    length, ZSTD_getErrorName (size));
  if (size != length)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "%" G_GSIZE_FORMAT " bytes found, %u expected", size, length);
  return TRUE;
}

static gboolean
write_content (Pipeline *self, const Piece *piece, const guint8 *data, GError **error)
{
  gsize length =
    vz_chunk_length (self->component->size, self->component->chunk_size, piece->number);
  guint64 position = self->offset + (guint64) piece->number * self->component->chunk_size;
  gsize begin = 0, end;

  for (; vz_sparse_next_run (data, length, position, &begin, &end); begin = end)
    if (!vz_disk_writer_write (self->writer, data + begin, end - begin, position + begin, error))
      return FALSE;
  return TRUE;
}

static gboolean
process (Pipeline *self, const Piece *piece, Workspace *space, GError **error)
{
  VZ_ERROR_PREFIX ("component %s, chunk %u", self->component->name, piece->number);
  gint64 begin = g_get_monotonic_time ();

  if (!read_piece (self, piece, space->packed, error) ||
      !check_digest (self, piece, space->packed, error))
    return FALSE;
  if (self->writer == NULL)
    return TRUE;
  if (!unpack (self, piece, space, error))
    return FALSE;
  vz_disk_writer_add_computing (self->writer, g_get_monotonic_time () - begin);
  return write_content (self, piece, space->data, error);
}

static gpointer
worker (gpointer data)
{
  Pipeline *self = data;
  g_autoptr (GError) failure = NULL;
  Workspace space = { 0 };

  space.packed = g_malloc (self->largest);
  space.data = g_aligned_alloc (1, self->component->chunk_size, VZ_DISK_WRITER_ALIGNMENT);
  space.context = ZSTD_createDCtx ();
  while (!g_atomic_int_get (&self->stop))
    {
      guint index = (guint) g_atomic_int_add (&self->next, 1);
      const Piece *piece;

      if (index >= self->pieces->len)
        break;
      piece = &g_array_index (self->pieces, Piece, index);
      if (g_cancellable_set_error_if_cancelled (self->cancellable, &failure) ||
          !process (self, piece, &space, &failure))
        break;
      if (self->progress != NULL)
        vz_progress_add_completed (self->progress, piece->size);
    }
  if (failure != NULL)
    {
      g_atomic_int_set (&self->stop, 1);
      g_mutex_lock (&self->lock);
      if (self->failure == NULL)
        self->failure = g_steal_pointer (&failure);
      g_mutex_unlock (&self->lock);
    }
  ZSTD_freeDCtx (space.context);
  g_aligned_free (space.data);
  g_free (space.packed);
  return NULL;
}

static guint
choose_threads (const Pipeline *self)
{
  gboolean local = vz_image_container_get_fd (self->container) >= 0;
  /* One per core, plus those that wait for the disk. If all wait for the network, more would only
   * use memory: they read one after the other, and each has its chunk in memory twice. */
  guint wanted = g_get_num_processors () + (local ? VZ_DISK_WRITER_WAITING : 0);
  gsize packed = self->largest * (local ? 1 : 2);
  guint fit = (guint) (BUFFERS_MAX / (packed + self->component->chunk_size + 1));

  return CLAMP (MIN (wanted, fit), 1, MIN (THREADS_MAX, MAX (self->pieces->len, 1)));
}

gboolean
vz_chunk_pipeline_run (VzImageContainer *container, const VzComponent *component, int fd,
                       guint64 offset, VzProgress *progress, GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  g_autoptr (VzDiskWriter) writer = fd >= 0 ? vz_disk_writer_new (fd) : NULL;
  Pipeline self = { .container = container,
                    .component = component,
                    .writer = writer,
                    .offset = offset,
                    .pieces = pieces,
                    .progress = progress,
                    .cancellable = cancellable };
  GThread *threads[THREADS_MAX];
  guint n_threads;

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !plan (&self, error))
    return FALSE;
  g_mutex_init (&self.lock);
  n_threads = choose_threads (&self);
  /* The calling thread is one of them. */
  for (guint i = 1; i < n_threads; i++)
    threads[i] = g_thread_new ("vz-restore", worker, &self);
  worker (&self);
  for (guint i = 1; i < n_threads; i++)
    g_thread_join (threads[i]);
  g_mutex_clear (&self.lock);
  if (self.failure == NULL)
    return TRUE;
  g_propagate_error (error, self.failure);
  return FALSE;
}
