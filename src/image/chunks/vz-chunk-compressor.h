/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/manifest/vz-chunk.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  int fd; /* borrowed */
  guint64 offset;
  guint32 length;
} VzChunkSource;

typedef struct {
  const guint8 *data; /* borrowed from the compressor until the next call */
  gsize size;
  guint8 digest[VZ_CHUNK_DIGEST_SIZE];
} VzPackedChunk;

typedef struct _VzChunkCompressor VzChunkCompressor;

/* Compresses @n_sources chunks in threads, one per core. @sources is borrowed. */
VzChunkCompressor *vz_chunk_compressor_new (const VzChunkSource *sources, guint n_sources,
                                            int level);

/* Stops the threads, whatever they are doing, and frees everything. */
void vz_chunk_compressor_free (VzChunkCompressor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzChunkCompressor, vz_chunk_compressor_free)

/* Waits for the next chunk, in the order of the sources. */
gboolean vz_chunk_compressor_next (VzChunkCompressor *self, VzPackedChunk *ret_chunk,
                                   GCancellable *cancellable, GError **error);

G_END_DECLS
