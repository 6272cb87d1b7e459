/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-http-headers.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Whatever a server answers: what is taken for a range of bytes can be counted with. */
static void
check (const VzHttpHeaders *headers)
{
  g_assert (headers->status == 0 || (headers->status >= 100 && headers->status <= 599));
  g_assert (headers->etag == NULL || strlen (headers->etag) >= 2);
  if (!headers->has_range)
    return;
  g_assert (headers->first <= headers->last && headers->last <= (guint64) G_MAXINT64 / 2);
  g_assert (headers->total == VZ_HTTP_UNKNOWN || headers->last < headers->total);
}

/* The head of an answer, a line at a time. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (VzHttpHeaders) headers = { 0 };

  vz_http_headers_init (&headers);
  while (size > 0)
    {
      const uint8_t *end = memchr (data, '\n', size);
      size_t length = end != NULL ? (size_t) (end - data) + 1 : size;

      vz_http_headers_add_line (&headers, (const char *) data, length);
      check (&headers);
      data += length;
      size -= length;
    }
  return 0;
}
