/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-hex.h"

#include <string.h>

char *
vz_hex_encode (const guint8 *data, gsize size)
{
  static const char digits[] = "0123456789abcdef";
  char *text = g_malloc (size * 2 + 1);

  for (gsize i = 0; i < size; i++)
    {
      text[2 * i] = digits[data[i] >> 4];
      text[2 * i + 1] = digits[data[i] & 15];
    }
  text[size * 2] = '\0';
  return text;
}

GBytes *
vz_hex_decode (const char *text)
{
  gsize length = strlen (text);
  g_autofree guint8 *bytes = g_malloc (length / 2 + 1);

  if (length % 2 != 0)
    return NULL;
  for (gsize i = 0; i < length / 2; i++)
    {
      int high = g_ascii_xdigit_value (text[2 * i]), low = g_ascii_xdigit_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return NULL;
      bytes[i] = (guint8) (high << 4 | low);
    }
  return g_bytes_new_take (g_steal_pointer (&bytes), length / 2);
}
