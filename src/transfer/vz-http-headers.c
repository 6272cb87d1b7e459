/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-http-headers.h"

#include <string.h>

#define MAX_VALUE 256
/* No file is larger: offsets stay positive as off_t, and sums of two do not overflow. */
#define MAX_SIZE ((guint64) G_MAXINT64 / 2)
#define MAX_RETRY_AFTER 86400

void
vz_http_headers_init (VzHttpHeaders *self)
{
  *self = (VzHttpHeaders){ .content_length = VZ_HTTP_UNKNOWN, .total = VZ_HTTP_UNKNOWN };
}

void
vz_http_headers_clear (VzHttpHeaders *self)
{
  g_free (self->etag);
  g_free (self->last_modified);
  g_free (self->content_type);
  vz_http_headers_init (self);
}

/* Reads digits at *@text and moves it past them. */
static gboolean
take_number (const char **text, guint64 *ret_number)
{
  guint64 number = 0;

  if (!g_ascii_isdigit (**text))
    return FALSE;
  for (; g_ascii_isdigit (**text); (*text)++)
    {
      number = number * 10 + (guint64) (**text - '0');
      if (number > MAX_SIZE)
        return FALSE;
    }
  *ret_number = number;
  return TRUE;
}

static guint64
parse_number (const char *text, guint64 otherwise)
{
  guint64 number;

  return take_number (&text, &number) && *text == '\0' ? number : otherwise;
}

/* "bytes 0-499/1234" or "bytes 0-499/" and an asterisk. */
static void
parse_content_range (VzHttpHeaders *self, const char *text)
{
  guint64 first, last, total = VZ_HTTP_UNKNOWN;

  self->has_range = FALSE;
  if (g_ascii_strncasecmp (text, "bytes", 5) != 0)
    return;
  text += 5;
  text += strspn (text, " ");
  if (!take_number (&text, &first) || *text++ != '-' || !take_number (&text, &last) ||
      *text++ != '/' || last < first)
    return;
  if (strcmp (text, "*") != 0)
    {
      if (!take_number (&text, &total) || *text != '\0' || last >= total)
        return;
    }
  self->first = first;
  self->last = last;
  self->total = total;
  self->has_range = TRUE;
}

/* W/"..." or "...", without quotes or controls in it. */
static gboolean
is_etag (const char *text)
{
  gsize length;

  if (g_str_has_prefix (text, "W/"))
    text += 2;
  length = strlen (text);
  if (length < 2 || text[0] != '"' || text[length - 1] != '"')
    return FALSE;
  for (gsize i = 1; i < length - 1; i++)
    if (text[i] == '"' || (guchar) text[i] < 0x21 || (guchar) text[i] >= 0x7f)
      return FALSE;
  return TRUE;
}

static void
set_text (char **place, const char *text)
{
  g_free (*place);
  *place = *text != '\0' && g_str_is_ascii (text) ? g_strdup (text) : NULL;
}

static void
set_field (VzHttpHeaders *self, const char *name, const char *value)
{
  if (g_ascii_strcasecmp (name, "etag") == 0)
    set_text (&self->etag, is_etag (value) ? value : "");
  else if (g_ascii_strcasecmp (name, "last-modified") == 0)
    set_text (&self->last_modified, value);
  else if (g_ascii_strcasecmp (name, "content-length") == 0)
    self->content_length = parse_number (value, VZ_HTTP_UNKNOWN);
  else if (g_ascii_strcasecmp (name, "content-range") == 0)
    parse_content_range (self, value);
  else if (g_ascii_strcasecmp (name, "content-encoding") == 0)
    self->encoded = *value != '\0' && g_ascii_strcasecmp (value, "identity") != 0;
  else if (g_ascii_strcasecmp (name, "retry-after") == 0)
    self->retry_after = MIN (parse_number (value, 0), MAX_RETRY_AFTER);
  else if (g_ascii_strcasecmp (name, "content-type") == 0)
    {
      set_text (&self->content_type, value);
      self->multiple = g_ascii_strncasecmp (value, "multipart/byteranges", 20) == 0;
    }
}

/* "HTTP/1.1 206 Partial Content" */
static void
begin_answer (VzHttpHeaders *self, const char *text)
{
  const char *space = strchr (text, ' ');
  guint64 status = 0;

  vz_http_headers_clear (self);
  if (space == NULL)
    return;
  space += strspn (space, " ");
  if (take_number (&space, &status) && status >= 100 && status <= 599)
    self->status = (guint) status;
}

void
vz_http_headers_add_line (VzHttpHeaders *self, const char *line, gsize size)
{
  char text[MAX_VALUE + 64];
  char *colon;

  while (size > 0 && (line[size - 1] == '\r' || line[size - 1] == '\n'))
    size--;
  if (size >= sizeof text || memchr (line, '\0', size) != NULL)
    return;
  memcpy (text, line, size);
  text[size] = '\0';
  if (g_str_has_prefix (text, "HTTP/"))
    {
      begin_answer (self, text);
      return;
    }
  colon = strchr (text, ':');
  if (colon == NULL)
    return;
  *colon = '\0';
  g_strstrip (colon + 1);
  if (strlen (colon + 1) <= MAX_VALUE)
    set_field (self, text, colon + 1);
}

gboolean
vz_http_etag_is_strong (const char *etag)
{
  return etag != NULL && etag[0] == '"';
}
