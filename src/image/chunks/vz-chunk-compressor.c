/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/chunks/vz-chunk-compressor.h"

#include "foundation/vz-fail.h"
#include "foundation/vz-ring.h"

#include <string.h>
#include <unistd.h>
#include <zstd.h>

/* How this works
 *
 * A ring (vz-ring.h) packs the chunks in threads and hands them out in order. Besides the slot, a
 * thread needs a context and a buffer for the unpacked bytes, which are large, so there is one of
 * each per working thread rather than per slot.
 *
 * A single worker at a given level always makes the same frame from the same bytes, so the result
 * does not depend on the number of threads. */

typedef struct {
  const VzChunkSource *source;
  guint8 *data; /* owned */
  gsize size;
  guint8 digest[VZ_CHUNK_DIGEST_SIZE];
} Slot;

typedef struct {
  ZSTD_CCtx *context;
  guint8 *input;
} Bench;

struct _VzChunkCompressor {
  const VzChunkSource *sources; /* borrowed */
  guint n_sources;
  int level;
  gsize slot_size;
  guint consumed;
  GAsyncQueue *benches; /* idle ones */
  VzRing *ring;
};

static Bench *
bench_new (VzChunkCompressor *self)
{
  Bench *bench = g_new0 (Bench, 1);

  bench->context = ZSTD_createCCtx ();
  ZSTD_CCtx_setParameter (bench->context, ZSTD_c_compressionLevel, self->level);
  bench->input = g_malloc (self->slot_size);
  return bench;
}

static void
bench_free (gpointer data)
{
  Bench *bench = data;

  ZSTD_freeCCtx (bench->context);
  g_free (bench->input);
  g_free (bench);
}

static void
init_slot (gpointer slot, gpointer user_data)
{
  VzChunkCompressor *self = user_data;

  ((Slot *) slot)->data = g_malloc (self->slot_size);
}

static void
clear_slot (gpointer slot, gpointer user_data)
{
  g_free (((Slot *) slot)->data);
}

static gboolean
take (guint64 number, gpointer slot, gpointer user_data, GError **error)
{
  VzChunkCompressor *self = user_data;

  if (number >= self->n_sources)
    return FALSE;
  ((Slot *) slot)->source = &self->sources[number];
  return TRUE;
}

static gboolean
read_source (const VzChunkSource *source, guint8 *buffer, GError **error)
{
  guint32 done = 0;

  while (done < source->length)
    {
      ssize_t n =
        pread (source->fd, buffer + done, source->length - done, (off_t) (source->offset + done));

      if (n < 0)
        return vz_fail_errno (error, "reading at byte %" G_GUINT64_FORMAT, source->offset + done);
      if (n == 0)
        return vz_fail (error, VZ_ERROR_IO, "the file became shorter while it was being read");
      done += (guint32) n;
    }
  return TRUE;
}

static gboolean
pack_at (Bench *bench, Slot *slot, gsize capacity, GError **error)
{
  size_t size;

  if (!read_source (slot->source, bench->input, error))
    return FALSE;
  size = ZSTD_compress2 (bench->context, slot->data, capacity, bench->input, slot->source->length);
  if (ZSTD_isError (size))
    return vz_fail (error, VZ_ERROR_INTERNAL, "compressing failed: %s", ZSTD_getErrorName (size));
  slot->size = size;
  vz_chunk_compute_digest (slot->data, size, slot->digest);
  return TRUE;
}

static gboolean
pack (gpointer slot, gpointer user_data, GError **error)
{
  VzChunkCompressor *self = user_data;
  Bench *bench = g_async_queue_try_pop (self->benches);
  gboolean packed;

  if (bench == NULL)
    bench = bench_new (self);
  packed = pack_at (bench, slot, self->slot_size, error);
  g_async_queue_push (self->benches, bench);
  return packed;
}

static const VzRingWork packing = {
  .slot_size = sizeof (Slot),
  .init = init_slot,
  .clear = clear_slot,
  .take = take,
  .work = pack,
};

VzChunkCompressor *
vz_chunk_compressor_new (const VzChunkSource *sources, guint n_sources, int level)
{
  VzChunkCompressor *self = g_new0 (VzChunkCompressor, 1);
  guint32 longest = 1;

  self->sources = sources;
  self->n_sources = n_sources;
  self->level = level;
  for (guint i = 0; i < n_sources; i++)
    longest = MAX (longest, sources[i].length);
  self->slot_size = ZSTD_compressBound (longest);
  self->benches = g_async_queue_new_full (bench_free);
  self->ring = vz_ring_new (&packing, self);
  return self;
}

void
vz_chunk_compressor_free (VzChunkCompressor *self)
{
  if (self == NULL)
    return;
  vz_ring_free (self->ring);
  g_async_queue_unref (self->benches);
  g_free (self);
}

gboolean
vz_chunk_compressor_next (VzChunkCompressor *self, VzPackedChunk *ret_chunk,
                          GCancellable *cancellable, GError **error)
{
  const Slot *slot;

  /* A chunk takes milliseconds, so cancelling need not interrupt the wait. */
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  g_return_val_if_fail (self->consumed < self->n_sources, FALSE);
  slot = vz_ring_next (self->ring, error);
  if (slot == NULL)
    return FALSE;
  self->consumed++;
  ret_chunk->data = slot->data;
  ret_chunk->size = slot->size;
  memcpy (ret_chunk->digest, slot->digest, sizeof slot->digest);
  return TRUE;
}
