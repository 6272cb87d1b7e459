/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-state-stream.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MOST_READ 4096 /* bytes at a time */
#define PART_MAX (128 * 1024)

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_pages (const uint8_t *records, gsize size)
{
  for (gsize at = 0; at < size;)
    {
      VzStatePage page;

      g_assert_true (vz_state_page_parse (records + at, size - at, &page));
      g_assert_cmpuint (page.size, >, 0);
      g_assert_null (page.block);
      at += page.size;
    }
}

/* The first byte is how much comes at a time, in blocks of 16 bytes. All that comes is in the
 * parts, in its order; pages are whole records; and little has to be kept from one part for the
 * next. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (VzStateScanner) scanner = vz_state_scanner_new ("pc.ram");
  gsize most = size > 0 ? ((gsize) data[0] + 1) * (MOST_READ / 256) : 1;
  gsize begin = 1, come = 1; /* of the part; of what is there */

  while (begin < size)
    {
      VzStatePart part = { 0 };

      while (!vz_state_scanner_extend (scanner, data + begin, come - begin,
                                       come < size && come - begin < PART_MAX, &part))
        come += MIN (most, size - come);
      g_assert_cmpuint (part.size, <=, come - begin);
      g_assert_cmpuint (come - begin - part.size, <=, most + VZ_STATE_ELEMENT_MAX);
      if (part.size == 0)
        break;
      if (part.pages)
        check_pages (data + begin, part.size);
      begin += part.size;
    }
  g_assert_cmpuint (begin, >=, MIN (size, 1));
  g_assert_true (begin >= size);
  return 0;
}
