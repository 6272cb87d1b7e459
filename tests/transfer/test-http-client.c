/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-http-client.h"

#include "foundation/vz-error.h"
#include "server-fixture.h"

#define SIZE 200000

typedef struct {
  TestServer server;
  VzHttpClient *client;
  GBytes *content;
} Fixture;

static void
set_up (Fixture *self, gconstpointer tls)
{
  test_server_start (&self->server, NULL, tls);
  self->client = vz_http_client_new ();
  self->content = test_server_add_file (&self->server, "file", SIZE, 1);
}

static void
tear_down (Fixture *self, gconstpointer tls)
{
  vz_http_client_free (self->client);
  g_bytes_unref (self->content);
  test_server_stop (&self->server);
}

static GBytes *
get (Fixture *self, const char *path, const VzHttpRequest *request, VzHttpResponse *response,
     GError **error)
{
  g_autofree char *url = test_server_url (&self->server, path);

  return vz_http_client_get (self->client, url, request, response, NULL, error);
}

static void
assert_part (Fixture *self, GBytes *body, gsize offset, gsize length)
{
  g_autoptr (GBytes) part = g_bytes_new_from_bytes (self->content, offset, length);

  g_assert_true (g_bytes_equal (body, part));
}

static void
test_whole (Fixture *self, gconstpointer data)
{
  static const char *const paths[] = {
    "file",         "chunked/file",      "gzip/file",       "redirect=3/file",
    "no-etag/file", "status=503*2/file", "cut=1000*1/file", "reset=1000*1/file"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_auto (VzHttpResponse) response = { 0 };
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) body = get (self, paths[i], NULL, &response, &error);

      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (body, self->content));
      g_assert_cmpuint (response.status, ==, 200);
      g_assert_cmpuint (response.offset, ==, 0);
      g_assert_cmpuint (response.total, ==, SIZE);
      g_assert_true (g_str_has_suffix (response.url, "/file"));
      g_assert_null (strstr (response.url, "redirect=3"));
    }
}

static void
test_keeps_connection (Fixture *self, gconstpointer data)
{
  VzHttpRequest request = { .length = 100 };
  TestServerStats stats;

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) body = NULL;

      request.offset = i * 1000;
      body = get (self, "file", &request, NULL, &error);
      g_assert_no_error (error);
      assert_part (self, body, request.offset, 100);
    }
  stats = test_server_get_stats (&self->server);
  g_assert_cmpuint (stats.requests, ==, 5);
  g_assert_cmpuint (stats.connections, ==, 1);
  g_assert_cmpuint (stats.bytes, ==, 500);
}

static void
test_ranges (Fixture *self, gconstpointer data)
{
  static const struct {
    VzHttpRequest request;
    gsize offset, length;
  } rows[] = {
    { { .length = 1 }, 0, 1 },
    { { .offset = SIZE - 1, .length = 1 }, SIZE - 1, 1 },
    { { .offset = SIZE - 10, .length = 1000 }, SIZE - 10, 10 },
    { { .offset = 1000, .limit = SIZE }, 1000, SIZE - 1000 },
    { { .suffix = 1000 }, SIZE - 1000, 1000 },
    { { .suffix = SIZE + 5 }, 0, SIZE },
  };

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (rows); i++)
    {
      gsize row = i / 2;
      const char *path = i % 2 == 0 ? "redirect=1/file" : "no-suffix/file";
      g_auto (VzHttpResponse) response = { 0 };
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) body = get (self, path, &rows[row].request, &response, &error);

      g_assert_no_error (error);
      assert_part (self, body, rows[row].offset, rows[row].length);
      g_assert_cmpuint (response.status, ==, 206);
      g_assert_cmpuint (response.offset, ==, rows[row].offset);
      g_assert_cmpuint (response.total, ==, SIZE);
    }
}

/* Nothing that a server lies about is taken for what was asked for. */
static void
test_lies (Fixture *self, gconstpointer data)
{
  static const struct {
    const char *path, *text;
  } rows[] = {
    { "no-range/file", "range: the server does not serve ranges" },
    { "lie=start/file", "range: bytes 1000-1999 were requested, 1001-1999 sent" },
    { "lie=end/file", "range: bytes 1000-1999 were requested, 1000-2000 sent" },
    { "lie=unit/file", "range: the server's answer has no well-formed Content-Range" },
    { "lie=none/file", "range: the server's answer has no well-formed Content-Range" },
    { "lie=multipart/file", "range: the server's answer has no well-formed Content-Range" },
    { "lie=star/file", "range: the server does not say the file's length" },
  };
  VzHttpRequest request = { .offset = 1000, .length = 1000 };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) body = get (self, rows[i].path, &request, NULL, &error);

      g_assert_error (error, VZ_ERROR, VZ_ERROR_NETWORK_ERROR);
      g_assert_nonnull (strstr (error->message, rows[i].text));
      g_assert_null (body);
    }
}

static void
test_failures (Fixture *self, gconstpointer data)
{
  static const struct {
    const char *path, *text;
    gint code;
  } rows[] = {
    { "nothing", "was not found (HTTP status 404)", VZ_ERROR_NOT_FOUND },
    { "status=410/file", "was not found (HTTP status 410)", VZ_ERROR_NOT_FOUND },
    { "status=500/file", "HTTP status 500", VZ_ERROR_NETWORK_ERROR },
    { "status=418/file", "HTTP status 418", VZ_ERROR_NETWORK_ERROR },
    { "cut=1000/file", "cannot be fetched: connection: ", VZ_ERROR_NETWORK_ERROR },
    { "chunked/cut=70000/file", "cannot be fetched: connection: ", VZ_ERROR_NETWORK_ERROR },
    { "loop/file", "cannot be fetched: redirects: ", VZ_ERROR_NETWORK_ERROR },
    { "away=file%3A%2F%2F%2Fetc%2Fpasswd/file",
      "cannot be fetched: address: ", VZ_ERROR_NETWORK_ERROR },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) body = get (self, rows[i].path, NULL, NULL, &error);

      g_assert_error (error, VZ_ERROR, rows[i].code);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, rows[i].text));
      g_assert_null (body);
    }
}

static void
test_beyond_end (Fixture *self, gconstpointer data)
{
  VzHttpRequest request = { .offset = SIZE, .length = 1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = get (self, "file", &request, NULL, &error);

  g_assert_null (body);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NETWORK_ERROR);
  g_assert_nonnull (strstr (error->message, "HTTP status 416"));
}

/* Also of what a few compressed bytes unfold to. */
static void
test_limit (Fixture *self, gconstpointer data)
{
  static const char *const paths[] = { "zeros", "gzip/zeros", "chunked/zeros" };
  VzHttpRequest request = { .limit = 100000 };
  g_autofree guint8 *zeros = g_malloc0 (1000000);
  g_autoptr (GBytes) bytes = g_bytes_new_static (zeros, 1000000);

  test_server_add_bytes (&self->server, "zeros", bytes);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) body = get (self, paths[i], &request, NULL, &error);

      g_assert_null (body);
      g_assert_error (error, VZ_ERROR, VZ_ERROR_NETWORK_ERROR);
      g_assert_nonnull (strstr (error->message, "is longer than 100000 bytes"));
    }
}

static void
test_conditions (Fixture *self, gconstpointer data)
{
  g_auto (VzHttpResponse) first = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = get (self, "gzip/file", NULL, &first, &error);
  VzHttpRequest by_etag = { .if_none_match = first.etag, .limit = SIZE };
  VzHttpRequest by_date = { .if_modified_since = first.last_modified, .limit = SIZE };
  VzHttpRequest other = { .if_none_match = "\"other\"", .limit = SIZE };
  const VzHttpRequest *requests[] = { &by_etag, &by_date, &other };

  g_assert_no_error (error);
  g_assert_nonnull (body);
  g_assert_nonnull (first.etag);
  g_assert_nonnull (first.last_modified);
  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_auto (VzHttpResponse) response = { 0 };
      g_autoptr (GBytes) again = get (self, "gzip/file", requests[i], &response, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (response.status, ==, requests[i] == &other ? 200 : 304);
      g_assert_cmpuint (g_bytes_get_size (again), ==, requests[i] == &other ? SIZE : 0);
      g_assert_cmpstr (response.etag, ==, first.etag);
    }
}

static void
test_proxy (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;

  g_setenv ("http_proxy", self->server.base, TRUE);
  body = vz_http_client_get (self->client, "http://images.invalid/file", NULL, NULL, NULL, &error);
  g_unsetenv ("http_proxy");
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (body, self->content));
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (200000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_cancel (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *url = test_server_url (&self->server, "stall=1000/file");
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  gint64 begun = g_get_monotonic_time ();

  body = vz_http_client_get (self->client, url, NULL, NULL, cancellable, &error);
  g_thread_join (thread);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 5 * G_USEC_PER_SEC);
}

static void
test_nobody_there (void)
{
  static const struct {
    const char *url, *text;
  } rows[] = {
    { "http://127.0.0.1:1/file", "cannot be fetched: connection: " },
    { "http://nowhere.invalid/file", "cannot be fetched: name resolution: " },
    { "ftp://127.0.0.1/file", "cannot be fetched: address: " },
    { "file:///etc/passwd", "cannot be fetched: address: " },
  };
  g_autoptr (VzHttpClient) client = vz_http_client_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) body = vz_http_client_get (client, rows[i].url, NULL, NULL, NULL, &error);

      g_assert_null (body);
      g_assert_error (error, VZ_ERROR, VZ_ERROR_NETWORK_ERROR);
      g_assert_nonnull (strstr (error->message, rows[i].text));
    }
}

/* @data: the kind of certificate. */
static void
test_tls (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;

  g_setenv ("SSL_CERT_FILE", self->server.authority, TRUE);
  body = get (self, "file", NULL, NULL, &error);
  g_unsetenv ("SSL_CERT_FILE");
  if (g_str_equal (data, "right"))
    {
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (body, self->content));
      return;
    }
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NETWORK_ERROR);
  g_assert_nonnull (strstr (error->message, "cannot be fetched: TLS: "));
  g_assert_null (body);
  g_assert_cmpuint (test_server_get_stats (&self->server).requests, ==, 0);
}

int
main (int argc, char **argv)
{
  static const char *const certificates[] = { "right", "self-signed", "wrong-name", "expired" };

  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, function) \
  g_test_add ("/transfer/http-client/" name, Fixture, data, set_up, function, tear_down)
  ADD ("whole", NULL, test_whole);
  ADD ("keeps-connection", NULL, test_keeps_connection);
  ADD ("ranges", NULL, test_ranges);
  ADD ("lies", NULL, test_lies);
  ADD ("failures", NULL, test_failures);
  ADD ("beyond-end", NULL, test_beyond_end);
  ADD ("limit", NULL, test_limit);
  ADD ("conditions", NULL, test_conditions);
  ADD ("proxy", NULL, test_proxy);
  ADD ("cancel", NULL, test_cancel);
  for (gsize i = 0; i < G_N_ELEMENTS (certificates); i++)
    {
      g_autofree char *name = g_strdup_printf ("/transfer/http-client/tls-%s", certificates[i]);

      g_test_add (name, Fixture, certificates[i], set_up, test_tls, tear_down);
    }
  g_test_add_func ("/transfer/http-client/nobody-there", test_nobody_there);
  return g_test_run ();
}
