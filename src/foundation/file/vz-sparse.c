/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-sparse.h"

#include <string.h>

gboolean
vz_sparse_is_zero (const void *data, gsize size)
{
  const guint8 *bytes = data;

  /* Compared with itself shifted by one byte, so that the C library's vector code does the work. */
  return size == 0 || (bytes[0] == 0 && memcmp (bytes, bytes + 1, size - 1) == 0);
}

/* Bytes from @at to the end of the file's block or of the data. */
static gsize
rest_of_block (gsize size, guint64 position, gsize at)
{
  return MIN (size - at, VZ_SPARSE_BLOCK - (gsize) ((position + at) % VZ_SPARSE_BLOCK));
}

gboolean
vz_sparse_next_run (const guint8 *data, gsize size, guint64 position, gsize *begin, gsize *end)
{
  gsize at = *begin;

  while (at < size && vz_sparse_is_zero (data + at, rest_of_block (size, position, at)))
    at += rest_of_block (size, position, at);
  if (at == size)
    return FALSE;
  *begin = at;
  while (at < size && !vz_sparse_is_zero (data + at, rest_of_block (size, position, at)))
    at += rest_of_block (size, position, at);
  *end = at;
  return TRUE;
}
