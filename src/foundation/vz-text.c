/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-text.h"

#include <string.h>

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

static gboolean
is_quote (const char *text, const char *c, gboolean opening)
{
  static const char before[] = " \t\n('", after[] = " \t\n).,:;'";

  if (*c != '\'')
    return FALSE;
  return opening ? (c == text || strchr (before, c[-1]) != NULL) && c[1] != ' ' && c[1] != '\0'
                 : strchr (after, c[1]) != NULL; /* or the end, which strchr finds */
}

/* The end of the quoted name that begins at @c: everything in quotes is a name, and names may
 * contain quotes. NULL: no name begins here. */
static const char *
find_end_of_name (const char *text, const char *c)
{
  guint depth = 0;

  if (!is_quote (text, c, TRUE))
    return NULL;
  for (; *c != '\0'; c++)
    if (is_quote (text, c, TRUE) && (depth == 0 || !is_quote (text, c, FALSE)))
      depth++;
    else if (is_quote (text, c, FALSE) && --depth == 0)
      return c;
  return NULL;
}

static void
append_line (GString *result, const char *text, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (text[i] == '\n' || text[i] == '\t')
      g_string_append_printf (result, "\\x%02x", (guint) text[i]);
    else
      g_string_append_c (result, text[i]);
}

char *
vz_text_dup_clean (const char *text)
{
  return rewrite (text, TRUE);
}

char *
vz_text_dup_line (const char *text)
{
  g_autofree char *clean = rewrite (text, TRUE);
  GString *result = g_string_sized_new (64);

  append_line (result, clean, strlen (clean));
  return g_string_free (result, FALSE);
}

char *
vz_text_dup_message (const char *text)
{
  g_autofree char *clean = rewrite (text, TRUE);
  GString *result = g_string_sized_new (64);

  for (const char *c = clean; *c != '\0'; c++)
    {
      const char *end = find_end_of_name (clean, c);

      if (end != NULL)
        append_line (result, c, (gsize) (end - c));
      else
        g_string_append_c (result, *c);
      c = end != NULL ? end - 1 : c;
    }
  return g_string_free (result, FALSE);
}
