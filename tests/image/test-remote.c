/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/zip/vz-image-container.h"

#include "foundation/vz-error.h"
#include "server-fixture.h"

#include <string.h>
#include <zip.h>

/* Images on a server: what is asked for, and what becomes of servers that do not do as they
 * should. */

#define LARGE_SIZE (20 * 1024 * 1024)
#define MANY 9000 /* members: their directory is longer than what the first request brings */

typedef struct {
  TestServer server;
  guint8 *large; /* noise, LARGE_SIZE bytes */
} Fixture;

static void
add (zip_t *archive, const char *name, const void *data, gsize size)
{
  zip_source_t *source = zip_source_buffer (archive, data, size, 0);
  zip_int64_t index = zip_file_add (archive, name, source, ZIP_FL_ENC_UTF_8);

  g_assert_cmpint (index, >=, 0);
  g_assert_cmpint (zip_set_file_compression (archive, (zip_uint64_t) index, ZIP_CM_STORE, 0), ==,
                   0);
}

static void
make_image (Fixture *self, const char *name, guint n_members)
{
  g_autofree char *path = g_build_filename (self->server.folder, name, NULL);
  zip_t *archive = zip_open (path, ZIP_CREATE | ZIP_TRUNCATE, NULL);

  add (archive, "large", self->large, LARGE_SIZE);
  add (archive, "BuildManifest.plist", "no manifest", 11);
  for (guint i = 0; i < n_members; i++)
    {
      g_autofree char *member = g_strdup_printf ("members/%06u", i);

      add (archive, member, "", 0);
    }
  g_assert_cmpint (zip_close (archive), ==, 0);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  self->large = g_malloc (LARGE_SIZE);
  for (gsize i = 0; i < LARGE_SIZE; i++)
    self->large[i] = (guint8) g_rand_int (random);
  test_server_start (&self->server, NULL, NULL);
  make_image (self, "image.ipsw", 0);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_server_stop (&self->server);
  g_free (self->large);
}

static VzImageContainer *
open_path (Fixture *self, const char *path, GError **error)
{
  g_autofree char *url = test_server_url (&self->server, path);

  return vz_image_container_open_url (url, NULL, error);
}

static void
check_small (VzImageContainer *container, GError **error)
{
  const VzImageMember *member = vz_image_container_find (container, "BuildManifest.plist");
  g_autoptr (GBytes) bytes = vz_image_container_read (container, member, 100, NULL, error);

  g_assert_true ((bytes == NULL) == (*error != NULL));
  if (bytes != NULL)
    g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "no manifest", 11);
}

/* Reads the large member in pieces and compares it. */
static gboolean
check_large (Fixture *self, VzImageContainer *container, GError **error)
{
  const VzImageMember *member = vz_image_container_find (container, "large");
  g_autoptr (VzImageStream)
    stream = vz_image_container_open_member (container, member, NULL, error);
  g_autofree guint8 *buffer = g_malloc (100000);
  gsize done = 0;
  gssize n = 1;

  if (stream == NULL)
    return FALSE;
  while (n > 0)
    {
      n = vz_image_stream_read (stream, buffer, 100000, NULL, error);
      if (n < 0)
        return FALSE;
      g_assert_cmpint (memcmp (buffer, self->large + done, (gsize) n), ==, 0);
      done += (gsize) n;
    }
  g_assert_cmpuint (done, ==, LARGE_SIZE);
  return TRUE;
}

/* One request for the end with the directory, one for the member, on one connection. */
static void
test_requests (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzImageContainer) container = open_path (self, "image.ipsw", &error);
  TestServerStats stats;

  g_assert_no_error (error);
  g_assert_cmpuint (vz_image_container_get_size (container), >, LARGE_SIZE);
  g_assert_cmpint (vz_image_container_get_fd (container), ==, -1);
  stats = test_server_get_stats (&self->server);
  g_assert_cmpuint (stats.requests, ==, 1);
  check_small (container, &error); /* which lies in what came with the end */
  g_assert_no_error (error);
  stats = test_server_get_stats (&self->server);
  g_assert_cmpuint (stats.requests, ==, 1);
  g_assert_cmpuint (stats.bytes, ==, 256 * 1024);
  g_assert_true (check_large (self, container, &error));
  g_assert_no_error (error);
  stats = test_server_get_stats (&self->server);
  g_assert_cmpuint (stats.requests, ==, 4); /* 8 MiB at a time, and the end once */
  g_assert_cmpuint (stats.bytes, <=, LARGE_SIZE + 1000);
  g_assert_cmpuint (stats.connections, ==, 1);
}

static void
test_long_directory (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzImageContainer) container = NULL;
  TestServerStats stats;

  make_image (self, "many.ipsw", MANY);
  container = open_path (self, "many.ipsw", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vz_image_container_get_n_members (container), ==, MANY + 2);
  check_small (container, &error);
  g_assert_no_error (error);
  stats = test_server_get_stats (&self->server);
  g_assert_cmpuint (stats.requests, ==, 3);
  g_assert_cmpuint (stats.bytes, <, MANY * 70);
  g_assert_cmpuint (stats.connections, ==, 1);
}

/* All of them give what the file has. */
static void
test_ways (Fixture *self, gconstpointer data)
{
  static const char *const paths[] = { "redirect=3/image.ipsw",   "no-suffix/image.ipsw",
                                       "weak/image.ipsw",         "no-etag/no-date/image.ipsw",
                                       "tickets/image.ipsw",      "chunked/image.ipsw",
                                       "random-500=20/image.ipsw" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VzImageContainer) container = open_path (self, paths[i], &error);

      g_assert_no_error (error);
      check_small (container, &error);
      g_assert_no_error (error);
      g_assert_true (check_large (self, container, &error));
      g_assert_no_error (error);
    }
}

/* After redirections the place where the file was found is asked directly. */
static void
test_redirect_once (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzImageContainer) container = open_path (self, "redirect=2/image.ipsw", &error);

  g_assert_no_error (error);
  g_assert_true (check_large (self, container, &error));
  g_assert_cmpuint (test_server_get_stats (&self->server).requests, ==, 3 + 3);
}

static void
test_refusals (Fixture *self, gconstpointer data)
{
  static const struct {
    const char *path;
    VzError code;
    const char *text;
  } rows[] = {
    { "no-range/image.ipsw", VZ_ERROR_NETWORK_ERROR, "the server does not serve ranges" },
    { "lie=start/image.ipsw", VZ_ERROR_NETWORK_ERROR, "were requested" },
    { "lie=total/image.ipsw", VZ_ERROR_NETWORK_ERROR, "were requested" },
    { "lie=star/image.ipsw", VZ_ERROR_NETWORK_ERROR, "does not say the file's length" },
    { "shift=1/image.ipsw", VZ_ERROR_INVALID_RESTORE_IMAGE, "zip file" },
    { "status=404/image.ipsw", VZ_ERROR_NOT_FOUND, "404" },
    { "nothing.ipsw", VZ_ERROR_NOT_FOUND, "404" },
    { "text", VZ_ERROR_INVALID_RESTORE_IMAGE, "not a zip file" },
    { "half", VZ_ERROR_INVALID_RESTORE_IMAGE, "truncated" },
    { "empty", VZ_ERROR_NETWORK_ERROR, "416" },
  };
  g_autoptr (GBytes) text = g_bytes_new_static ("some text", 9);
  g_autoptr (GBytes) half = g_bytes_new_static ("PK\3\4 and what follows", 21);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);

  test_server_add_bytes (&self->server, "text", text);
  test_server_add_bytes (&self->server, "half", half);
  test_server_add_bytes (&self->server, "empty", empty);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (open_path (self, rows[i].path, &error));
      g_assert_error (error, VZ_ERROR, (int) rows[i].code);
      if (strstr (error->message, rows[i].text) == NULL)
        g_error ("%s: '%s' does not say '%s'", rows[i].path, error->message, rows[i].text);
    }
}

/* What was read first and what is read later must be of one file. */
static void
test_changes (Fixture *self, gconstpointer data)
{
  static const struct {
    const char *path, *text;
  } rows[] = {
    { "new-etag=2/image.ipsw", "was changed on the server while it was being read" },
    { "no-etag/new-etag=2/image.ipsw", "was changed on the server while it was being read" },
    { "republish=2/image.ipsw", "member 'large'" }, /* the same validators: the bytes tell it */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VzImageContainer) container = open_path (self, rows[i].path, &error);

      g_assert_no_error (error);
      g_assert_false (check_large (self, container, &error));
      if (strstr (error->message, rows[i].text) == NULL)
        g_error ("%s: '%s' does not say '%s'", rows[i].path, error->message, rows[i].text);
    }
}

static void
test_cut (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzImageContainer) container = open_path (self, "cut=1000000/image.ipsw", &error);

  g_assert_no_error (error);
  g_assert_false (check_large (self, container, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NETWORK_ERROR);
  g_assert_nonnull (strstr (error->message, "connection"));
}

#define ADD(name, function) \
  g_test_add ("/restore/remote/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("requests", test_requests);
  ADD ("long-directory", test_long_directory);
  ADD ("ways", test_ways);
  ADD ("redirect-once", test_redirect_once);
  ADD ("refusals", test_refusals);
  ADD ("changes", test_changes);
  ADD ("cut", test_cut);
  return g_test_run ();
}
