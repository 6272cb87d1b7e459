/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-text.h"

#define INVALID ((gunichar) -1)
#define INCOMPLETE ((gunichar) -2)

gboolean
vz_text_is_command (gunichar c)
{
  if (c == '\n' || c == '\t')
    return FALSE;
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static char *
rewrite (const char *text, gboolean clean)
{
  GString *result = g_string_sized_new (64);

  while (*text != '\0')
    {
      gunichar c = g_utf8_get_char_validated (text, -1);

      if (c == INVALID || c == INCOMPLETE)
        {
          g_string_append_printf (result, "\\x%02x", (guint) (guchar) *text);
          text++;
          continue;
        }
      if (clean && vz_text_is_command (c))
        g_string_append_printf (result, c < 0x80 ? "\\x%02x" : "\\u%04x", (guint) c);
      else
        g_string_append_unichar (result, c);
      text = g_utf8_next_char (text);
    }
  return g_string_free (result, FALSE);
}

char *
vz_text_dup_utf8 (const char *text)
{
  return g_utf8_validate (text, -1, NULL) ? g_strdup (text) : rewrite (text, FALSE);
}

char *
vz_text_dup_clean (const char *text)
{
  return rewrite (text, TRUE);
}
