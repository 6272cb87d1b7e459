/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore/vz-chunk-compressor.h"

#include "foundation/vz-fail.h"

#include <string.h>
#include <unistd.h>
#include <zstd.h>

/* How this works
 *
 * The consumer wants chunks in order, the threads finish them in any. A ring of slots stands
 * between them: chunk n is packed into slot n modulo the ring's length, and a thread takes chunk n
 * only when the slot's last content has been consumed. So no thread runs further ahead than the
 * ring is long, and memory is bounded by the number of cores.
 *
 * A failure is kept and handed to the consumer; the threads end at once. One worker at one level
 * makes the same frame from the same bytes, so the result does not depend on the number of threads.
 */

#define THREADS_MAX 16
#define SLOTS_AHEAD 2 /* beyond one for each thread, so that the consumer's pauses stop nobody */

typedef struct {
  guint8 *data; /* owned */
  gsize size;
  guint8 digest[VZ_CHUNK_DIGEST_SIZE];
  gboolean ready;
} Slot;

struct _VzChunkCompressor {
  const VzChunkSource *sources; /* borrowed */
  guint n_sources;
  int level;
  gsize slot_size;

  GThread *threads[THREADS_MAX];
  guint n_threads;

  GMutex lock; /* all that follows */
  GCond changed;
  Slot slots[THREADS_MAX + SLOTS_AHEAD];
  guint n_slots;
  guint taken;     /* chunks that threads have begun */
  guint consumed;  /* chunks whose slots are free again */
  gboolean handed; /* the consumer holds chunk number @consumed */
  gboolean stop;
  GError *failure; /* owned: the first one */
};

static gboolean
read_source (const VzChunkSource *source, guint8 *buffer, GError **error)
{
  guint32 done = 0;

  while (done < source->length)
    {
      ssize_t n =
        pread (source->fd, buffer + done, source->length - done, (off_t) (source->offset + done));

      if (n < 0)
        return vz_fail_errno (error, "Reading at byte %" G_GUINT64_FORMAT, source->offset + done);
      if (n == 0)
        return vz_fail (error, VZ_ERROR_IO, "The file became shorter while it was read");
      done += (guint32) n;
    }
  return TRUE;
}

static gboolean
pack (VzChunkCompressor *self, ZSTD_CCtx *context, guint8 *input, guint number, GError **error)
{
  const VzChunkSource *source = &self->sources[number];
  Slot *slot = &self->slots[number % self->n_slots];
  size_t size;

  if (!read_source (source, input, error))
    return FALSE;
  size = ZSTD_compress2 (context, slot->data, self->slot_size, input, source->length);
  if (ZSTD_isError (size))
    return vz_fail (error, VZ_ERROR_INTERNAL, "Compressing failed: %s", ZSTD_getErrorName (size));
  slot->size = size;
  vz_chunk_compute_digest (slot->data, size, slot->digest);
  return TRUE;
}

static gpointer
worker (gpointer data)
{
  VzChunkCompressor *self = data;
  g_autofree guint8 *input = g_malloc (self->slot_size);
  ZSTD_CCtx *context = ZSTD_createCCtx ();

  ZSTD_CCtx_setParameter (context, ZSTD_c_compressionLevel, self->level);
  g_mutex_lock (&self->lock);
  while (!self->stop && self->taken < self->n_sources)
    {
      g_autoptr (GError) failure = NULL;
      gboolean packed;
      guint number;

      if (self->taken >= self->consumed + self->n_slots)
        {
          g_cond_wait (&self->changed, &self->lock);
          continue;
        }
      number = self->taken++;
      g_mutex_unlock (&self->lock);
      packed = pack (self, context, input, number, &failure);
      g_mutex_lock (&self->lock);
      if (packed)
        self->slots[number % self->n_slots].ready = TRUE;
      else if (self->failure == NULL)
        self->failure = g_steal_pointer (&failure);
      self->stop |= !packed;
      g_cond_broadcast (&self->changed);
    }
  g_mutex_unlock (&self->lock);
  ZSTD_freeCCtx (context);
  return NULL;
}

VzChunkCompressor *
vz_chunk_compressor_new (const VzChunkSource *sources, guint n_sources, int level)
{
  VzChunkCompressor *self = g_new0 (VzChunkCompressor, 1);
  guint32 longest = 1;

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->sources = sources;
  self->n_sources = n_sources;
  self->level = level;
  for (guint i = 0; i < n_sources; i++)
    longest = MAX (longest, sources[i].length);
  self->slot_size = ZSTD_compressBound (longest);
  self->n_threads = MIN (CLAMP (g_get_num_processors (), 1, THREADS_MAX), MAX (n_sources, 1));
  self->n_slots = self->n_threads + SLOTS_AHEAD;
  for (guint i = 0; i < self->n_slots; i++)
    self->slots[i].data = g_malloc (self->slot_size);
  for (guint i = 0; i < self->n_threads; i++)
    self->threads[i] = g_thread_new ("vz-compress", worker, self);
  return self;
}

void
vz_chunk_compressor_free (VzChunkCompressor *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->stop = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < self->n_threads; i++)
    g_thread_join (self->threads[i]);
  for (guint i = 0; i < self->n_slots; i++)
    g_free (self->slots[i].data);
  g_clear_error (&self->failure);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
release_handed_locked (VzChunkCompressor *self)
{
  if (!self->handed)
    return;
  self->slots[self->consumed % self->n_slots].ready = FALSE;
  self->consumed++;
  self->handed = FALSE;
  g_cond_broadcast (&self->changed);
}

gboolean
vz_chunk_compressor_next (VzChunkCompressor *self, VzPackedChunk *ret_chunk,
                          GCancellable *cancellable, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  Slot *slot;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  locker = g_mutex_locker_new (&self->lock);
  release_handed_locked (self);
  g_return_val_if_fail (self->consumed < self->n_sources, FALSE);
  slot = &self->slots[self->consumed % self->n_slots];
  /* A chunk takes milliseconds, so cancelling need not interrupt the wait. */
  while (!slot->ready && self->failure == NULL)
    g_cond_wait (&self->changed, &self->lock);
  if (!slot->ready)
    {
      if (error != NULL)
        *error = g_error_copy (self->failure);
      return FALSE;
    }
  self->handed = TRUE;
  ret_chunk->data = slot->data;
  ret_chunk->size = slot->size;
  memcpy (ret_chunk->digest, slot->digest, sizeof slot->digest);
  return TRUE;
}
