/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-http-headers.h"

#include <string.h>

static void
add (VzHttpHeaders *headers, const char *line)
{
  vz_http_headers_add_line (headers, line, strlen (line));
}

static void
test_answer (void)
{
  g_auto (VzHttpHeaders) headers;

  vz_http_headers_init (&headers);
  add (&headers, "HTTP/1.1 206 Partial Content\r\n");
  add (&headers, "ETAG:  \"5f-a\"  \r\n");
  add (&headers, "Last-Modified: Sat, 12 Sep 2026 07:55:41 GMT\r\n");
  add (&headers, "Content-Length: 500\r\n");
  add (&headers, "Content-Range: bytes 500-999/1234\r\n");
  add (&headers, "\r\n");
  g_assert_cmpuint (headers.status, ==, 206);
  g_assert_cmpstr (headers.etag, ==, "\"5f-a\"");
  g_assert_cmpstr (headers.last_modified, ==, "Sat, 12 Sep 2026 07:55:41 GMT");
  g_assert_cmpuint (headers.content_length, ==, 500);
  g_assert_true (headers.has_range);
  g_assert_cmpuint (headers.first, ==, 500);
  g_assert_cmpuint (headers.last, ==, 999);
  g_assert_cmpuint (headers.total, ==, 1234);
  g_assert_false (headers.encoded);
}

/* What a redirection said must not be taken for what the file's answer says. */
static void
test_next_answer (void)
{
  g_auto (VzHttpHeaders) headers;

  vz_http_headers_init (&headers);
  add (&headers, "HTTP/1.1 302 Found");
  add (&headers, "ETag: \"redirection\"");
  add (&headers, "Content-Range: bytes 0-1/2");
  add (&headers, "Content-Length: 7");
  add (&headers, "Content-Encoding: gzip");
  add (&headers, "HTTP/2 200 ");
  g_assert_cmpuint (headers.status, ==, 200);
  g_assert_null (headers.etag);
  g_assert_false (headers.has_range);
  g_assert_false (headers.encoded);
  g_assert_cmpuint (headers.content_length, ==, VZ_HTTP_UNKNOWN);
}

static void
test_ranges (void)
{
  static const struct {
    const char *value;
    gboolean good;
    guint64 total;
  } rows[] = {
    { "bytes 0-0/1", TRUE, 1 },
    { "Bytes 0-9/*", TRUE, VZ_HTTP_UNKNOWN },
    { "bytes 0-9/10", TRUE, 10 },
    { "bytes 0-9/9", FALSE, 0 },
    { "bytes 9-0/10", FALSE, 0 },
    { "bytes */10", FALSE, 0 },
    { "bytes 0-9", FALSE, 0 },
    { "bytes 0-9/", FALSE, 0 },
    { "bytes 0-9/10,", FALSE, 0 },
    { "bytes -9/10", FALSE, 0 },
    { "bytes 0 - 9/10", FALSE, 0 },
    { "lines 0-9/10", FALSE, 0 },
    { "bytes 0-18446744073709551615/18446744073709551616", FALSE, 0 },
    { "bytes 99999999999999999999-99999999999999999999/*", FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (VzHttpHeaders) headers;
      g_autofree char *line = g_strdup_printf ("Content-Range: %s", rows[i].value);

      vz_http_headers_init (&headers);
      add (&headers, line);
      g_test_message ("%s", line);
      g_assert_cmpint (headers.has_range, ==, rows[i].good);
      if (rows[i].good)
        g_assert_cmpuint (headers.total, ==, rows[i].total);
    }
}

static void
test_etags (void)
{
  static const char *const bad[] = {
    "x", "\"", "\"a\"b\"", "\"a\001\"", "W/", "w/\"a\"", "\"a b\""
  };
  g_auto (VzHttpHeaders) headers;

  vz_http_headers_init (&headers);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *line = g_strdup_printf ("ETag: %s", bad[i]);

      add (&headers, line);
      g_assert_null (headers.etag);
    }
  add (&headers, "ETag: W/\"a\"");
  g_assert_cmpstr (headers.etag, ==, "W/\"a\"");
  g_assert_false (vz_http_etag_is_strong (headers.etag));
  add (&headers, "ETag: \"\"");
  g_assert_true (vz_http_etag_is_strong (headers.etag));
  g_assert_false (vz_http_etag_is_strong (NULL));
}

static void
test_too_long (void)
{
  g_auto (VzHttpHeaders) headers;
  g_autofree char *text = g_strnfill (100000, 'a');
  g_autofree char *line = g_strdup_printf ("ETag: \"%s\"", text);

  vz_http_headers_init (&headers);
  add (&headers, line);
  g_assert_null (headers.etag);
  vz_http_headers_add_line (&headers, "ETag: \"a\0b\"", 11);
  g_assert_null (headers.etag);
  add (&headers, "HTTP/1.1 99999999999999999999 x");
  g_assert_cmpuint (headers.status, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transfer/http-headers/answer", test_answer);
  g_test_add_func ("/transfer/http-headers/next-answer", test_next_answer);
  g_test_add_func ("/transfer/http-headers/ranges", test_ranges);
  g_test_add_func ("/transfer/http-headers/etags", test_etags);
  g_test_add_func ("/transfer/http-headers/too-long", test_too_long);
  return g_test_run ();
}
