/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "server-fixture.h"

#include "foundation/file/vz-file.h"

static char *
read_line (TestServer *self)
{
  g_autoptr (GError) error = NULL;
  char *line = g_data_input_stream_read_line (self->output, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (line);
  return line;
}

void
test_server_start (TestServer *self, const char *faults, const char *tls)
{
  g_autofree char *program = g_test_build_filename (G_TEST_DIST, "server", "serve", NULL);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  g_auto (GStrv) words = NULL;

  /* A proxy of the developer's must not come between. */
  g_setenv ("no_proxy", "127.0.0.1", TRUE);
  self->folder = g_dir_make_tmp ("vz-server-XXXXXX", &error);
  g_assert_no_error (error);
  g_ptr_array_add (arguments, program);
  g_ptr_array_add (arguments, self->folder);
  if (faults != NULL)
    {
      g_ptr_array_add (arguments, (char *) "--faults");
      g_ptr_array_add (arguments, (char *) faults);
    }
  if (tls != NULL)
    {
      g_ptr_array_add (arguments, (char *) "--tls");
      g_ptr_array_add (arguments, (char *) tls);
    }
  g_ptr_array_add (arguments, NULL);
  self->process = g_subprocess_newv ((const char *const *) arguments->pdata,
                                     G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                     &error);
  g_assert_no_error (error);
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = read_line (self);
  words = g_strsplit (line, " ", 2);
  self->base = g_strdup (words[0]);
  self->authority = g_strdup (words[1]);
}

void
test_server_stop (TestServer *self)
{
  g_assert_true (g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL));
  g_assert_true (g_subprocess_wait (self->process, NULL, NULL));
  g_assert_true (vz_file_remove_tree (self->folder, NULL));
  g_clear_object (&self->output);
  g_clear_object (&self->process);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->base, g_free);
  g_clear_pointer (&self->authority, g_free);
}

void
test_server_add_bytes (TestServer *self, const char *name, GBytes *bytes)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  vz_file_write (path, bytes, 0644, &error);
  g_assert_no_error (error);
}

GBytes *
test_server_add_file (TestServer *self, const char *name, gsize size, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint32 *words = g_malloc (size + sizeof *words);
  GBytes *bytes;

  for (gsize i = 0; i <= size / sizeof *words; i++)
    words[i] = g_rand_int (random);
  bytes = g_bytes_new_take (words, size);
  test_server_add_bytes (self, name, bytes);
  return bytes;
}

char *
test_server_url (TestServer *self, const char *path)
{
  return g_strdup_printf ("%s/%s", self->base, path);
}

static char *
ask (TestServer *self, const char *command)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->process), command, strlen (command),
                             NULL, NULL, &error);
  g_assert_no_error (error);
  return read_line (self);
}

TestServerStats
test_server_get_stats (TestServer *self)
{
  g_autofree char *line = ask (self, "stats\n");
  g_auto (GStrv) words = g_strsplit (line, " ", 3);

  g_assert_cmpuint (g_strv_length (words), ==, 3);
  return (TestServerStats){ (guint) g_ascii_strtoull (words[0], NULL, 10),
                            (guint) g_ascii_strtoull (words[1], NULL, 10),
                            g_ascii_strtoull (words[2], NULL, 10) };
}

void
test_server_forget (TestServer *self)
{
  g_autofree char *line = ask (self, "forget\n");

  g_assert_cmpstr (line, ==, "ok");
}
