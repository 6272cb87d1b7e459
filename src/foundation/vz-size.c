/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-size.h"

#include "foundation/vz-fail.h"

#include <errno.h>

static const char units[] = "KMGT"; /* the nth stands for 1024 to the power n + 1 */

/**
 * vz_size_parse:
 * @text: digits, then nothing (bytes) or one of the letters K, M, G, T (powers of 1024)
 * @ret_bytes: (out): the size in bytes; unchanged on failure
 * @error: return location for an error, or %NULL
 *
 * Reads a size as people write it: `3G`, `512m`, `137438953472`.
 *
 * Returns: %TRUE, or %FALSE with %VZ_ERROR_INVALID_ARGUMENT
 */
gboolean
vz_size_parse (const char *text, guint64 *ret_bytes, GError **error)
{
  char *end = NULL;
  guint64 number;
  guint shift = 0;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (ret_bytes != NULL, FALSE);
  /* strtoull accepts blanks and a sign, and turns -1 into a huge number. */
  if (!g_ascii_isdigit (*text))
    goto malformed;
  errno = 0;
  number = g_ascii_strtoull (text, &end, 10);
  if (errno != 0)
    goto too_large;
  if (*end != '\0')
    {
      const char *unit = strchr (units, g_ascii_toupper (*end));

      if (unit == NULL || end[1] != '\0')
        goto malformed;
      shift = 10 * (guint) (unit - units + 1);
    }
  if (number > G_MAXUINT64 >> shift)
    goto too_large;
  *ret_bytes = number << shift;
  return TRUE;

malformed:
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                  "'%s' is not a size: digits, optionally followed by K, M, G or T", text);
too_large:
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "the size '%s' is too large", text);
}

/**
 * vz_size_format:
 * @bytes: the size in bytes
 *
 * Formats a size with the largest unit that is exact, so that vz_size_parse() returns it unchanged:
 * `3G`, `1536M`, `513`.
 *
 * Returns: (transfer full): the text
 */
char *
vz_size_format (guint64 bytes)
{
  guint unit = 0;

  while (unit < strlen (units) && bytes != 0 && bytes % 1024 == 0)
    {
      bytes /= 1024;
      unit++;
    }
  if (unit == 0)
    return g_strdup_printf ("%" G_GUINT64_FORMAT, bytes);
  return g_strdup_printf ("%" G_GUINT64_FORMAT "%c", bytes, units[unit - 1]);
}
