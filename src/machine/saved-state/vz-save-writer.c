/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/saved-state/vz-save-file.h"

#include "foundation/file/vz-file-system.h"
#include "foundation/file/vz-file.h"
#include "foundation/file/vz-owner.h"
#include "foundation/file/vz-write.h"
#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-ring.h"
#include "machine/saved-state/vz-save-format.h"
#include "qemu/engine/vz-state-stream.h"
#include "qemu/vz-stream.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

/* How this works
 *
 * A thread reads a piece of the stream from the pipe and then compresses it while another thread
 * reads the next; the calling thread writes the pieces in order. Nothing here may query QEMU: while
 * it waits for room in the pipe, it holds a lock that its monitor needs, so progress is counted by
 * what it writes. QEMU writes pages of zeros as nine bytes each, which compress to nothing. Pieces
 * are split where pages of memory begin and end, so that a restore can put them in place using all
 * cores.
 *
 * The temporary name is always the same: a killed save leaves at most one file, which the next save
 * overwrites. It is renamed only once complete and durable, so a file under the real name is either
 * the old state or the new one. */

#define LEVEL (-3) /* faster than disks, on two cores beside QEMU; level 1 files are 1% smaller */
#define READ_SIZE (256 * 1024) /* bytes per read */
#define FLUSH_INTERVAL (8 * 1024 * 1024) /* bytes */

struct _VzSaveWriter {
  char *path;
  char *partial;
  int fd;
  GByteArray *head;
  GArray *entries; /* of VzSaveEntry */
  VzStateScanner *scanner;
  gsize unflushed; /* bytes */
  gboolean finished;
};

typedef struct {
  int fd; /* of the stream */
  GCancellable *stop;
  VzStateScanner *scanner;
  gboolean at_end;
  gsize n_carried;
  /* Read, but belongs to the next piece: the latest data, preceded by what could not be classified
   * before. */
  guint8 carried[READ_SIZE + VZ_STATE_ELEMENT_MAX];
} Source;

typedef struct {
  guint8 *input;
  guint8 *output;
  gsize output_size;
  ZSTD_CCtx *context;
  VzSaveEntry entry;
  guint64 memory; /* bytes of the guest's memory */
} Piece;

static gboolean
write_all (VzSaveWriter *self, const void *data, gsize size, GError **error)
{
  if (!vz_write_all (self->fd, data, size))
    return vz_fail_errno (error, "cannot write '%s'", self->partial);
  return TRUE;
}

static void
append_frame (GByteArray *bytes, guint32 number, gsize size)
{
  VzSaveFrame frame = { GUINT32_TO_LE (number), GUINT32_TO_LE ((guint32) size) };

  g_byte_array_append (bytes, (const guint8 *) &frame, sizeof frame);
}

static GByteArray *
make_head (JsonNode *description)
{
  VzSaveHead head = { .magic = VZ_SAVE_MAGIC_BYTES, .version = GUINT32_TO_LE (VZ_SAVE_VERSION) };
  g_autofree char *text = json_to_string (description, TRUE);
  GByteArray *bytes = g_byte_array_new ();

  append_frame (bytes, VZ_SAVE_HEAD_FRAME, sizeof head + strlen (text));
  g_byte_array_append (bytes, (const guint8 *) &head, sizeof head);
  g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text));
  return bytes;
}

VzSaveWriter *
vz_save_writer_new (const char *path, JsonNode *description, const char *block, GError **error)
{
  g_autoptr (VzSaveWriter) self = g_new0 (VzSaveWriter, 1);

  self->path = g_strdup (path);
  self->partial = g_strconcat (path, ".partial", NULL);
  self->head = make_head (description);
  self->scanner = vz_state_scanner_new (block);
  self->entries = g_array_new (FALSE, FALSE, sizeof (VzSaveEntry));
  /* It contains the guest's memory, so it is for this user only. */
  self->fd = open (self->partial, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->fd < 0)
    return vz_fail_errno_null (error, "cannot write '%s'", self->partial);
  vz_owner_follow (self->fd, self->partial);
  if (!vz_fs_set_mode (self->fd, 0600))
    return vz_fail_errno_null (error, "cannot make '%s' private", self->partial);
  return write_all (self, self->head->data, self->head->len, error) ? g_steal_pointer (&self)
                                                                    : NULL;
}

void
vz_save_writer_free (VzSaveWriter *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0 && !self->finished)
    unlink (self->partial);
  vz_file_close (&self->fd);
  g_byte_array_unref (self->head);
  g_array_unref (self->entries);
  vz_state_scanner_free (self->scanner);
  g_free (self->path);
  g_free (self->partial);
  g_free (self);
}

static void
init_piece (gpointer slot, gpointer user_data)
{
  Piece *piece = slot;

  piece->output_size = ZSTD_compressBound (VZ_SAVE_PIECE_SIZE);
  piece->input = g_malloc (VZ_SAVE_PIECE_SIZE);
  piece->output = g_malloc (piece->output_size);
  piece->context = ZSTD_createCCtx ();
  ZSTD_CCtx_setParameter (piece->context, ZSTD_c_compressionLevel, LEVEL);
}

static void
clear_piece (gpointer slot, gpointer user_data)
{
  Piece *piece = slot;

  g_free (piece->input);
  g_free (piece->output);
  ZSTD_freeCCtx (piece->context);
}

/* Reads what is available, at most READ_SIZE bytes. 0: the end of the stream; -1 with @error. */
static gssize
read_some (Source *source, guint8 *data, gsize size, GError **error)
{
  ssize_t n;

  while ((n = read (source->fd, data, MIN (size, READ_SIZE))) < 0)
    {
      if (errno != EAGAIN && errno != EINTR)
        {
          vz_fail_errno (error, "cannot read QEMU's stream");
          return -1;
        }
      if (errno == EAGAIN &&
          !vz_stream_wait (source->fd, POLLIN, vz_deadline_after (VZ_SAVE_STALL_MS), source->stop,
                           error))
        return -1;
    }
  return n;
}

static gboolean
take_piece (guint64 number, gpointer slot, gpointer user_data, GError **error)
{
  Source *source = user_data;
  Piece *piece = slot;
  VzStatePart part = { 0 };
  gsize size = source->n_carried;

  memcpy (piece->input, source->carried, size);
  while (!vz_state_scanner_extend (source->scanner, piece->input, size,
                                   !source->at_end && size < VZ_SAVE_PIECE_SIZE, &part))
    {
      gssize n = read_some (source, piece->input + size, VZ_SAVE_PIECE_SIZE - size, error);

      if (n < 0)
        return FALSE;
      source->at_end = n == 0;
      size += (gsize) n;
    }
  source->n_carried = size - part.size;
  g_assert (source->n_carried <= sizeof source->carried);
  memcpy (source->carried, piece->input + part.size, source->n_carried);
  piece->entry =
    (VzSaveEntry){ .unpacked = (guint32) part.size, .flags = part.pages ? VZ_SAVE_PAGES : 0 };
  piece->memory = part.memory;
  return part.size > 0;
}

static gboolean
pack_piece (gpointer slot, gpointer user_data, GError **error)
{
  Piece *piece = slot;
  size_t size = ZSTD_compress2 (piece->context, piece->output, piece->output_size, piece->input,
                                piece->entry.unpacked);

  if (ZSTD_isError (size))
    return vz_fail (error, VZ_ERROR_INTERNAL, "compressing failed: %s", ZSTD_getErrorName (size));
  piece->entry.packed = (guint32) size;
  piece->entry.sum = libdeflate_crc32 (0, piece->output, size);
  return TRUE;
}

static const VzRingWork packing = {
  .slot_size = sizeof (Piece),
  .init = init_piece,
  .clear = clear_piece,
  .take = take_piece,
  .work = pack_piece,
};

/* Makes the kernel write what has accumulated, so that there is little to wait for at the end. It
 * is not an error if it cannot do so early. */
static void
flush_early (VzSaveWriter *self, gsize size)
{
  self->unflushed += size;
  if (self->unflushed < FLUSH_INTERVAL)
    return;
  sync_file_range (self->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
  self->unflushed = 0;
}

static gboolean
write_piece (VzSaveWriter *self, const Piece *piece, GError **error)
{
  VzSaveEntry entry = piece->entry;

  entry.packed = GUINT32_TO_LE (entry.packed);
  entry.unpacked = GUINT32_TO_LE (entry.unpacked);
  entry.sum = GUINT32_TO_LE (entry.sum);
  entry.flags = GUINT32_TO_LE (entry.flags);
  g_array_append_val (self->entries, entry);
  if (!write_all (self, piece->output, piece->entry.packed, error))
    return FALSE;
  flush_early (self, piece->entry.packed);
  return TRUE;
}

static void
pass_on (GCancellable *cancellable, GCancellable *stop)
{
  g_cancellable_cancel (stop);
}

gboolean
vz_save_writer_pack (VzSaveWriter *self, int fd, VzProgress *progress, GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autofree Source *source = g_new0 (Source, 1);
  VzRing *ring;
  g_autoptr (GError) failure = NULL;
  gulong handler = 0;
  Piece *piece;

  source->fd = fd;
  source->stop = stop;
  source->scanner = self->scanner;
  ring = vz_ring_new (&packing, source);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (pass_on), stop, NULL);
  while ((piece = vz_ring_next (ring, &failure)) != NULL && write_piece (self, piece, &failure))
    if (progress != NULL)
      vz_progress_add_completed (progress, piece->memory);
  g_cancellable_cancel (stop); /* a thread may be waiting for input that is no longer wanted */
  vz_ring_free (ring);
  g_cancellable_disconnect (cancellable, handler);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* File system clocks tick a few hundred times per second. A program that writes to a disk after
 * this must not be able to leave it with the time recorded in the state. */
static void
wait_for_tick (void)
{
  struct timespec start, now;

  clock_gettime (CLOCK_REALTIME_COARSE, &start);
  do
    {
      vz_pause (1, NULL, NULL);
      clock_gettime (CLOCK_REALTIME_COARSE, &now);
    }
  while (now.tv_sec == start.tv_sec && now.tv_nsec == start.tv_nsec);
}

gboolean
vz_save_writer_finish (VzSaveWriter *self, GError **error)
{
  VzSaveEnd end = { .head_size = GUINT64_TO_LE (self->head->len),
                    .n_pieces = GUINT64_TO_LE (self->entries->len),
                    .magic = VZ_SAVE_MAGIC_BYTES };
  gsize entries_size = self->entries->len * sizeof (VzSaveEntry);
  g_autoptr (GByteArray) tail = g_byte_array_new ();
  g_autoptr (GByteArray) bound = g_byte_array_new ();
  g_autofree char *directory = g_path_get_dirname (self->path);

  append_frame (tail, VZ_SAVE_TAIL_FRAME, entries_size + sizeof end);
  g_byte_array_append (tail, (const guint8 *) self->entries->data, (guint) entries_size);
  g_byte_array_append (bound, self->head->data, self->head->len);
  g_byte_array_append (bound, (const guint8 *) self->entries->data, (guint) entries_size);
  g_byte_array_append (bound, (const guint8 *) &end, G_STRUCT_OFFSET (VzSaveEnd, digest));
  vz_chunk_compute_digest (bound->data, bound->len, end.digest);
  g_byte_array_append (tail, (const guint8 *) &end, sizeof end);
  if (!write_all (self, tail->data, tail->len, error))
    return FALSE;
  if (fsync (self->fd) != 0)
    return vz_fail_errno (error, "cannot write '%s'", self->partial);
  wait_for_tick ();
  if (rename (self->partial, self->path) != 0)
    return vz_fail_errno (error, "cannot rename '%s' to '%s'", self->partial, self->path);
  self->finished = TRUE;
  return vz_file_sync_directory (directory, error);
}
