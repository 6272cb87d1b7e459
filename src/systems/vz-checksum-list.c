/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-checksum-list.h"

#include <string.h>

#include "foundation/vz-fail.h"

#define MAX_LINE 4096 /* longer ones do not name a file */
#define HEX "0123456789abcdefABCDEF"

static const struct {
  const char *algorithm;
  const char *tag; /* of a line by --tag */
  gsize digits;
} kinds[] = {
  { "sha512", "SHA512 (", 128 },
  { "sha256", "SHA256 (", 64 },
};

/* Digests formerly used for this, which no longer prove anything. */
static const struct {
  const char *tag;
  gsize digits;
} weak[] = { { "MD5 (", 32 }, { "SHA1 (", 40 } };

typedef struct {
  guint kind; /* G_N_ELEMENTS (kinds): a weak one */
  const char *digest; /* in the line */
  char *name; /* in the line, ended by NUL */
} Line;

static gboolean
is_digest (const char *text, gsize digits, char end)
{
  return strspn (text, HEX) == digits && text[digits] == end;
}

/* "SHA256 (NAME) = DIGEST" */
static gboolean
read_tagged (char *line, const char *tag, gsize digits, Line *ret_line)
{
  gsize length = strlen (line), tail = strlen (") = ") + digits;
  char *close;

  if (!g_str_has_prefix (line, tag) || length < strlen (tag) + tail)
    return FALSE;
  close = line + length - tail;
  if (!g_str_has_prefix (close, ") = ") || !is_digest (close + strlen (") = "), digits, '\0'))
    return FALSE;
  *close = '\0';
  ret_line->digest = close + strlen (") = ");
  ret_line->name = line + strlen (tag);
  return TRUE;
}

/* "DIGEST  NAME", or "DIGEST *NAME" */
static gboolean
read_plain (char *line, gsize digits, Line *ret_line)
{
  if (!is_digest (line, digits, ' ') || (line[digits + 1] != ' ' && line[digits + 1] != '*'))
    return FALSE;
  ret_line->digest = line;
  ret_line->name = line + digits + 2;
  return TRUE;
}

static gboolean
read_line (char *line, Line *ret_line)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (read_tagged (line, kinds[i].tag, kinds[i].digits, ret_line) ||
        read_plain (line, kinds[i].digits, ret_line))
      {
        ret_line->kind = i;
        return TRUE;
      }
  ret_line->kind = G_N_ELEMENTS (kinds);
  for (guint i = 0; i < G_N_ELEMENTS (weak); i++)
    if (read_tagged (line, weak[i].tag, weak[i].digits, ret_line) ||
        read_plain (line, weak[i].digits, ret_line))
      return TRUE;
  return FALSE;
}

/* The line at @text, without its line end; NULL if too long. Returns where the next one begins. */
static char *
take_line (const char **text, const char *end)
{
  const char *start = *text;
  const char *stop = memchr (start, '\n', (gsize) (end - start));
  gsize length = (gsize) ((stop != NULL ? stop : end) - start);

  *text = stop != NULL ? stop + 1 : end;
  while (length > 0 && strchr ("\r \t", start[length - 1]) != NULL && start[length - 1] != '\0')
    length--;
  return length <= MAX_LINE && memchr (start, '\0', length) == NULL ? g_strndup (start, length)
                                                                    : NULL;
}

static gboolean
is_named (const Line *line, const char *name)
{
  const char *found = g_str_has_prefix (line->name, "./") ? line->name + 2 : line->name;

  return g_utf8_validate (found, -1, NULL) && g_pattern_match_simple (name, found);
}

gboolean
vz_checksum_list_find (const char *text, gsize size, const char *name, VzChecksum *ret_checksum,
                       GError **error)
{
  const char *end = text + size;
  VzChecksum best = { NULL };
  guint best_kind = G_N_ELEMENTS (kinds);
  gboolean has_weak = FALSE;

  while (text < end)
    {
      g_autofree char *copy = take_line (&text, end);
      Line line;

      if (copy == NULL || !read_line (copy, &line) || !is_named (&line, name))
        continue;
      has_weak = has_weak || line.kind == G_N_ELEMENTS (kinds);
      if (line.kind == best_kind && best.algorithm != NULL &&
          g_ascii_strncasecmp (best.digest, line.digest, kinds[best_kind].digits) != 0)
        return vz_fail (error, VZ_ERROR_VERIFICATION_FAILED,
                        "it has several different digests for '%s'", name);
      if (line.kind >= best_kind)
        continue;
      best_kind = line.kind;
      best.algorithm = kinds[best_kind].algorithm;
      for (gsize i = 0; i < kinds[best_kind].digits; i++)
        best.digest[i] = g_ascii_tolower (line.digest[i]);
      best.digest[kinds[best_kind].digits] = '\0';
    }
  if (best.algorithm == NULL)
    return vz_fail (error, VZ_ERROR_VERIFICATION_FAILED,
                    has_weak ? "it has only MD5 or SHA-1 for '%s', which prove nothing"
                             : "it has no digest for '%s'",
                    name);
  *ret_checksum = best;
  return TRUE;
}
