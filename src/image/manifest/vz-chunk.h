/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A component that a restore writes to the disk is cut into chunks of one size; the last may be
 * shorter. Each is one zstd frame in a separate zip member, and its digest is that of the frame, so
 * that the decompressor never sees unverified data. A chunk of zeros has no member and a digest of
 * zeros. */

#define VZ_CHUNK_SIZE (4U * 1024 * 1024) /* what we write */
#define VZ_CHUNK_SIZE_MIN (4U * 1024) /* what we read */
#define VZ_CHUNK_SIZE_MAX (8U * 1024 * 1024) /* limits the memory of a restore */
#define VZ_CHUNK_DIGEST_SIZE 32U /* SHA-256 */
#define VZ_CHUNKS_MAX (1U << 18) /* 1 TiB in our chunks */

/* Number of chunks in @size bytes; 0 if there are none or too many. */
guint32 vz_chunk_count (guint64 size, guint32 chunk_size);

/* Unpacked bytes of chunk @number of a component of @size bytes. */
guint32 vz_chunk_length (guint64 size, guint32 chunk_size, guint32 number);

/* "PATH/000042.zst" */
char *vz_chunk_dup_member_name (const char *path, guint32 number);

void vz_chunk_compute_digest (const void *data, gsize size,
                              guint8 ret_digest[VZ_CHUNK_DIGEST_SIZE]);

gboolean vz_chunk_digest_is_absent (const guint8 digest[VZ_CHUNK_DIGEST_SIZE]);

G_END_DECLS
