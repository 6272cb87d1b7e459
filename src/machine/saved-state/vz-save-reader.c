/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/saved-state/vz-save-file.h"

#include "foundation/file/vz-file.h"
#include "foundation/host/vz-pipe.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-ring.h"
#include "machine/saved-state/vz-save-format.h"
#include "qemu/vz-stream.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

/* How this works
 *
 * The end of the file leads to the table, whose digest covers the head, the number of pieces, their
 * sizes and their checksums. So a file that was truncated, extended or changed anywhere is detected
 * before QEMU can interpret any of it, and any free thread can check and unpack any piece.
 *
 * If allowed, pieces that are pages go into the guest's memory in any order, as soon as each has
 * been verified. The rest of the stream goes to QEMU, in order, once everything has been
 * verified. */

#define PACKED_MAX ZSTD_COMPRESSBOUND (VZ_SAVE_PIECE_SIZE)
#define PIECES_MAX (64 * 1024 * 1024) /* 64 TiB of memory */

struct _VzSaveReader {
  char *path;
  int fd;
  guint64 size; /* of the file */
  guint64 head_size;
  guint64 n_pieces;
  guint8 *tail; /* entries and end */
  gsize tail_size;
  guint64 *offsets; /* of pieces, and of the tail's frame */
  JsonNode *description;
};

typedef struct {
  guint64 number;
  guint8 *packed;
  guint8 *unpacked;
  ZSTD_DCtx *context;
  VzSaveEntry entry;
} Piece;

/* One pass through the pieces. */
typedef struct {
  VzSaveReader *reader;
  guint64 next; /* the next piece */
  gboolean rest_only; /* pieces that are pages are skipped */
  const VzEngineMemory *memory; /* where pages go; NULL: nowhere */
} Passage;

void
vz_save_reader_free (VzSaveReader *self)
{
  if (self == NULL)
    return;
  vz_file_close (&self->fd);
  g_clear_pointer (&self->description, json_node_unref);
  g_free (self->tail);
  g_free (self->offsets);
  g_free (self->path);
  g_free (self);
}

JsonObject *
vz_save_reader_get_description (VzSaveReader *self)
{
  return json_node_get_object (self->description);
}

guint64
vz_save_reader_get_size (VzSaveReader *self)
{
  return self->offsets[self->n_pieces] - self->head_size;
}

static gboolean
read_at (VzSaveReader *self, guint64 offset, void *data, gsize size, GError **error)
{
  guint8 *at = data;

  while (size > 0)
    {
      ssize_t n = pread (self->fd, at, size, (off_t) offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return vz_fail_errno (error, "cannot read it");
      if (n == 0)
        return vz_fail (error, VZ_ERROR_RESTORE, "it is truncated");
      at += n;
      offset += (guint64) n;
      size -= (gsize) n;
    }
  return TRUE;
}

static VzSaveEntry
get_entry (VzSaveReader *self, guint64 number)
{
  VzSaveEntry entry;

  memcpy (&entry, self->tail + number * sizeof entry, sizeof entry);
  entry.packed = GUINT32_FROM_LE (entry.packed);
  entry.unpacked = GUINT32_FROM_LE (entry.unpacked);
  entry.sum = GUINT32_FROM_LE (entry.sum);
  entry.flags = GUINT32_FROM_LE (entry.flags);
  return entry;
}

/* Reads the end and the table, trusting their sizes only as far as the file's size confirms
 * them. */
static gboolean
read_tail (VzSaveReader *self, VzSaveEnd *end, GError **error)
{
  guint64 smallest = sizeof (VzSaveFrame) * 2 + sizeof (VzSaveHead) + sizeof *end;

  if (self->size < smallest)
    return vz_fail (error, VZ_ERROR_RESTORE, "it is truncated, or not a saved state");
  if (!read_at (self, self->size - sizeof *end, end, sizeof *end, error))
    return FALSE;
  if (memcmp (end->magic, VZ_SAVE_MAGIC, sizeof end->magic) != 0)
    return vz_fail (error, VZ_ERROR_RESTORE, "it is truncated, or not a saved state");
  self->head_size = GUINT64_FROM_LE (end->head_size);
  self->n_pieces = GUINT64_FROM_LE (end->n_pieces);
  if (self->n_pieces > PIECES_MAX ||
      self->n_pieces * sizeof (VzSaveEntry) > self->size - smallest ||
      self->head_size < sizeof (VzSaveFrame) + sizeof (VzSaveHead) ||
      self->head_size > VZ_SAVE_DESCRIPTION_MAX || self->head_size > self->size)
    return vz_fail (error, VZ_ERROR_RESTORE, "it is damaged: its end is malformed");
  self->tail_size = self->n_pieces * sizeof (VzSaveEntry) + sizeof *end;
  self->tail = g_malloc (self->tail_size);
  return read_at (self, self->size - self->tail_size, self->tail, self->tail_size, error);
}

static gboolean
place_pieces (VzSaveReader *self, GError **error)
{
  guint64 offset = self->head_size;

  self->offsets = g_new (guint64, self->n_pieces + 1);
  for (guint64 i = 0; i < self->n_pieces; i++)
    {
      VzSaveEntry entry = get_entry (self, i);

      self->offsets[i] = offset;
      if (entry.packed == 0 || entry.packed > PACKED_MAX || entry.unpacked == 0 ||
          entry.unpacked > VZ_SAVE_PIECE_SIZE)
        return vz_fail (error, VZ_ERROR_RESTORE, "it is damaged: its table is malformed");
      offset += entry.packed;
    }
  self->offsets[self->n_pieces] = offset;
  if (offset + sizeof (VzSaveFrame) + self->tail_size != self->size)
    return vz_fail (error, VZ_ERROR_RESTORE, "it is damaged: its pieces do not fill it");
  return TRUE;
}

/* Before anything that another version may do differently. */
static gboolean
check_version (VzSaveReader *self, GError **error)
{
  VzSaveHead fixed;

  if (self->size < sizeof (VzSaveFrame) + sizeof fixed)
    return vz_fail (error, VZ_ERROR_RESTORE, "it is truncated, or not a saved state");
  if (!read_at (self, sizeof (VzSaveFrame), &fixed, sizeof fixed, error))
    return FALSE;
  if (memcmp (fixed.magic, VZ_SAVE_MAGIC, sizeof fixed.magic) != 0)
    return vz_fail (error, VZ_ERROR_RESTORE, "it is not a saved state");
  return GUINT32_FROM_LE (fixed.version) == VZ_SAVE_VERSION ||
         vz_fail (error, VZ_ERROR_FOREIGN_SAVED_STATE, "version %u of the format found, must be %d",
                  GUINT32_FROM_LE (fixed.version), VZ_SAVE_VERSION);
}

static gboolean
read_head (VzSaveReader *self, const VzSaveEnd *end, GError **error)
{
  g_autofree guint8 *head = g_malloc (self->head_size + 1);
  g_autoptr (GByteArray) bound = g_byte_array_new ();
  guint8 digest[VZ_CHUNK_DIGEST_SIZE];
  gsize text_at = sizeof (VzSaveFrame) + sizeof (VzSaveHead);

  if (!read_at (self, 0, head, self->head_size, error))
    return FALSE;
  g_byte_array_append (bound, head, (guint) self->head_size);
  g_byte_array_append (bound, self->tail,
                       (guint) (self->tail_size - sizeof *end +
                                G_STRUCT_OFFSET (VzSaveEnd, digest)));
  vz_chunk_compute_digest (bound->data, bound->len, digest);
  if (memcmp (digest, end->digest, sizeof digest) != 0)
    return vz_fail (error, VZ_ERROR_RESTORE, "it is damaged: the digest of its table is wrong");
  head[self->head_size] = '\0';
  self->description = json_from_string ((const char *) head + text_at, error);
  if (self->description == NULL || !JSON_NODE_HOLDS_OBJECT (self->description))
    {
      g_clear_error (error);
      return vz_fail (error, VZ_ERROR_RESTORE, "its description is not a JSON object");
    }
  return TRUE;
}

VzSaveReader *
vz_save_reader_new (const char *path, GError **error)
{
  g_autoptr (VzSaveReader) self = g_new0 (VzSaveReader, 1);
  VzSaveEnd end;
  struct stat st;

  self->path = g_strdup (path);
  self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (self->fd < 0 || fstat (self->fd, &st) != 0)
    return vz_fail_errno_null (error, "cannot read it");
  if (!S_ISREG (st.st_mode))
    return vz_fail_null (error, VZ_ERROR_RESTORE, "it is not a regular file");
  self->size = (guint64) st.st_size;
  posix_fadvise (self->fd, 0, 0, POSIX_FADV_WILLNEED); /* while QEMU starts */
  return check_version (self, error) && read_tail (self, &end, error) &&
             place_pieces (self, error) && read_head (self, &end, error)
           ? g_steal_pointer (&self)
           : NULL;
}

static void
init_piece (gpointer slot, gpointer user_data)
{
  Piece *piece = slot;

  piece->packed = g_malloc (PACKED_MAX);
  piece->unpacked = g_malloc (VZ_SAVE_PIECE_SIZE);
  piece->context = ZSTD_createDCtx ();
}

static void
clear_piece (gpointer slot, gpointer user_data)
{
  Piece *piece = slot;

  g_free (piece->packed);
  g_free (piece->unpacked);
  ZSTD_freeDCtx (piece->context);
}

static gboolean
is_pages (const Piece *piece)
{
  return (piece->entry.flags & VZ_SAVE_PAGES) != 0;
}

static gboolean
take_piece (guint64 number, gpointer slot, gpointer user_data, GError **error)
{
  Passage *passage = user_data;
  Piece *piece = slot;

  while (passage->next < passage->reader->n_pieces)
    {
      piece->number = passage->next++;
      piece->entry = get_entry (passage->reader, piece->number);
      if (!passage->rest_only || !is_pages (piece))
        return TRUE;
    }
  return FALSE;
}

static gboolean
unpack (VzSaveReader *self, Piece *piece, GError **error)
{
  size_t size = ZSTD_decompressDCtx (piece->context, piece->unpacked, VZ_SAVE_PIECE_SIZE,
                                     piece->packed, piece->entry.packed);

  return (!ZSTD_isError (size) && size == piece->entry.unpacked) ||
         vz_fail (error, VZ_ERROR_RESTORE,
                  "it is damaged: piece %" G_GUINT64_FORMAT " does not decompress",
                  piece->number + 1);
}

static gboolean
check_piece (gpointer slot, gpointer user_data, GError **error)
{
  Passage *passage = user_data;
  VzSaveReader *self = passage->reader;
  Piece *piece = slot;

  if (!read_at (self, self->offsets[piece->number], piece->packed, piece->entry.packed, error))
    return FALSE;
  if (libdeflate_crc32 (0, piece->packed, piece->entry.packed) != piece->entry.sum)
    return vz_fail (error, VZ_ERROR_RESTORE,
                    "it is damaged: the checksum of piece %" G_GUINT64_FORMAT
                    " of %" G_GUINT64_FORMAT " is wrong",
                    piece->number + 1, self->n_pieces);
  return passage->memory == NULL || !is_pages (piece) ||
         (unpack (self, piece, error) &&
          vz_engine_memory_put_pages (passage->memory, piece->unpacked, piece->entry.unpacked,
                                      error));
}

static gboolean
unpack_piece (gpointer slot, gpointer user_data, GError **error)
{
  VzSaveReader *self = ((Passage *) user_data)->reader;
  Piece *piece = slot;

  return read_at (self, self->offsets[piece->number], piece->packed, piece->entry.packed, error) &&
         unpack (self, piece, error);
}

#define WORK(function) \
  { \
    .slot_size = sizeof (Piece), .init = init_piece, .clear = clear_piece, .take = take_piece, \
    .work = function, \
  }
static const VzRingWork checking = WORK (check_piece);
static const VzRingWork unpacking = WORK (unpack_piece);

static gboolean
write_pipe (int fd, const guint8 *data, gsize size, GCancellable *cancellable, GError **error)
{
  while (size > 0)
    {
      ssize_t n = vz_pipe_write (fd, data, size);

      if (n >= 0)
        {
          data += n;
          size -= (gsize) n;
        }
      else if (errno == EAGAIN)
        {
          if (!vz_stream_wait (fd, POLLOUT, vz_deadline_after (VZ_SAVE_STALL_MS), cancellable,
                               error))
            return FALSE;
        }
      else if (errno != EINTR)
        return vz_fail_errno (error, "QEMU does not accept it");
    }
  return TRUE;
}

/* Unpacked data goes to @fd, unless that is -1. */
static gboolean
go_through (Passage *self, const VzRingWork *work, int fd, VzProgress *progress,
            GCancellable *cancellable, GError **error)
{
  g_autoptr (VzRing) ring = vz_ring_new (work, self);
  g_autoptr (GError) failure = NULL;
  Piece *piece;

  while ((piece = vz_ring_next (ring, &failure)) != NULL)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          (fd >= 0 && !write_pipe (fd, piece->unpacked, piece->entry.unpacked, cancellable, error)))
        return FALSE;
      if (progress != NULL)
        vz_progress_add_completed (progress, (self->memory != NULL && is_pages (piece) ? 2 : 1) *
                                               (guint64) piece->entry.packed);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
vz_save_reader_verify (VzSaveReader *self, const VzEngineMemory *memory, VzProgress *progress,
                       GCancellable *cancellable, GError **error)
{
  Passage passage = { .reader = self, .memory = memory };

  return go_through (&passage, &checking, -1, progress, cancellable, error);
}

gboolean
vz_save_reader_unpack (VzSaveReader *self, gboolean with_pages, int fd, VzProgress *progress,
                       GCancellable *cancellable, GError **error)
{
  Passage passage = { .reader = self, .rest_only = !with_pages };

  return go_through (&passage, &unpacking, fd, progress, cancellable, error);
}
