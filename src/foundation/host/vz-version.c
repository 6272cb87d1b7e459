/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-version.h"

#include <string.h>

typedef struct {
  const char *text; /* NULL: no further run */
  gsize length;
  gboolean number;
} Run;

/* The next run of digits or letters; advances @cursor past it. */
static Run
take_run (const char **cursor)
{
  const char *text = *cursor;
  Run run = { NULL };

  while (*text != '\0' && !g_ascii_isalnum (*text))
    text++;
  if (*text != '\0')
    {
      run.text = text;
      run.number = g_ascii_isdigit (*text);
      while (g_ascii_isalnum (*text) && g_ascii_isdigit (*text) == run.number)
        text++;
      run.length = (gsize) (text - run.text);
    }
  *cursor = text;
  return run;
}

static int
compare_bytes (Run a, Run b)
{
  int order = memcmp (a.text, b.text, MIN (a.length, b.length));

  if (order != 0 || a.length == b.length)
    return order;
  return a.length < b.length ? -1 : 1;
}

/* Without leading zeros, the longer number is the larger. */
static int
compare_numbers (Run a, Run b)
{
  for (; a.length > 1 && *a.text == '0'; a.length--)
    a.text++;
  for (; b.length > 1 && *b.text == '0'; b.length--)
    b.text++;
  if (a.length != b.length)
    return a.length < b.length ? -1 : 1;
  return compare_bytes (a, b);
}

int
vz_version_compare (const char *a, const char *b)
{
  for (;;)
    {
      Run left = take_run (&a), right = take_run (&b);
      int order;

      if (left.text == NULL || right.text == NULL)
        return (left.text != NULL) - (right.text != NULL);
      if (left.number != right.number)
        return left.number ? 1 : -1;
      order = left.number ? compare_numbers (left, right) : compare_bytes (left, right);
      if (order != 0)
        return order;
    }
}

static gboolean
is_seed (const char *build)
{
  gsize length = strlen (build);

  return length > 1 && g_ascii_islower (build[length - 1]) && g_ascii_isdigit (build[length - 2]);
}

int
vz_version_compare_builds (const char *a, const char *b)
{
  if (is_seed (a) != is_seed (b))
    return is_seed (a) ? -1 : 1;
  return vz_version_compare (a, b);
}
