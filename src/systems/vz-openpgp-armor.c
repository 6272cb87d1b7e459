/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-openpgp-armor.h"

#include <string.h>

#include "foundation/vz-fail.h"

#define BEGIN "-----BEGIN PGP PUBLIC KEY BLOCK-----"
#define END "-----END PGP PUBLIC KEY BLOCK-----"
#define SIGNED "-----BEGIN PGP SIGNED MESSAGE-----"
#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="

/* The base64 of a block: its lines after the empty one that ends the headers, up to the one with
 * the checksum. That is not checked: keys contain their own signatures. */
static char *
join_lines (char *block)
{
  g_auto (GStrv) lines = g_strsplit (block, "\n", -1);
  g_autoptr (GString) text = g_string_new (NULL);
  guint i = 1; /* after the line that begins the block */

  while (lines[0] != NULL && lines[i] != NULL && *g_strchomp (lines[i]) != '\0')
    i++;
  for (; lines[i] != NULL; i++)
    {
      g_strchomp (lines[i]);
      if (lines[i][0] == '=')
        break;
      if (strspn (lines[i], BASE64) != strlen (lines[i]))
        return NULL;
      g_string_append (text, lines[i]);
    }
  return text->len > 0 && text->len % 4 == 0 ? g_string_free (g_steal_pointer (&text), FALSE)
                                             : NULL;
}

GBytes *
vz_openpgp_dearmor_keys (GBytes *bytes, GError **error)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  const char *end = data + size;
  const char *block = g_strstr_len (data, (gssize) size, BEGIN);
  g_autoptr (GByteArray) keys = g_byte_array_new ();

  if (block == NULL)
    return g_bytes_ref (bytes);
  while (block != NULL)
    {
      const char *stop = g_strstr_len (block, end - block, END);
      g_autofree char *text = stop != NULL ? g_strndup (block, (gsize) (stop - block)) : NULL;
      g_autofree char *joined = text != NULL ? join_lines (text) : NULL;
      gsize n = 0;

      if (joined == NULL)
        return vz_fail_null (error, VZ_ERROR_VERIFICATION_FAILED,
                             "a key in it is damaged or truncated");
      g_base64_decode_inplace (joined, &n);
      g_byte_array_append (keys, (const guint8 *) joined, (guint) n);
      block = g_strstr_len (stop, end - stop, BEGIN);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&keys));
}

gboolean
vz_openpgp_is_clear_signed (GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  return size >= strlen (SIGNED) && memcmp (data, SIGNED, strlen (SIGNED)) == 0;
}
