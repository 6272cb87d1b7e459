/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/manifest/vz-chunk.h"

#include "foundation/file/vz-sparse.h"

#include <openssl/evp.h>
#include <string.h>

guint32
vz_chunk_count (guint64 size, guint32 chunk_size)
{
  guint64 count;

  if (size == 0 || chunk_size == 0)
    return 0;
  count = (size - 1) / chunk_size + 1;
  return count <= VZ_CHUNKS_MAX ? (guint32) count : 0;
}

guint32
vz_chunk_length (guint64 size, guint32 chunk_size, guint32 number)
{
  guint64 offset = (guint64) number * chunk_size;

  g_return_val_if_fail (offset < size, 0);
  return (guint32) MIN (size - offset, (guint64) chunk_size);
}

char *
vz_chunk_dup_member_name (const char *path, guint32 number)
{
  return g_strdup_printf ("%s/%06u.zst", path, number);
}

void
vz_chunk_compute_digest (const void *data, gsize size, guint8 ret_digest[VZ_CHUNK_DIGEST_SIZE])
{
  /* OpenSSL can only report a lack of memory here, and GLib aborts on that as well. */
  if (EVP_Digest (data, size, ret_digest, NULL, EVP_sha256 (), NULL) != 1)
    g_error ("SHA-256 is not available");
}

gboolean
vz_chunk_digest_is_absent (const guint8 digest[VZ_CHUNK_DIGEST_SIZE])
{
  return vz_sparse_is_zero (digest, VZ_CHUNK_DIGEST_SIZE);
}
