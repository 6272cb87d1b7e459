/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-run.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_MS 20000 /* of what has to end by itself, on a loaded host */

static double
seconds_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

static void
assert_gone (const char *number)
{
  pid_t pid = (pid_t) g_ascii_strtoll (number, NULL, 10);

  g_assert_cmpint (pid, >, 1);
  for (int i = 0; i < 500 && kill (pid, 0) == 0; i++)
    g_usleep (20 * 1000);
  g_assert_cmpint (kill (pid, 0), ==, -1);
}

static void
test_output (void)
{
  const char *argv[] = { "sh", "-c", "echo out; echo err >&2; cat; exit 7", NULL };
  const VzRun rows[] = {
    { .argv = argv, .limit_ms = LIMIT_MS, .wants_output = TRUE },
    { .argv = argv, .limit_ms = LIMIT_MS, .wants_errors = TRUE },
    { .argv = argv, .limit_ms = LIMIT_MS, .wants_output = TRUE, .wants_errors = TRUE },
    { .argv = argv, .limit_ms = LIMIT_MS },
  };
  const char *const expected[] = { "out", "err", "out\nerr", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *output = NULL;
      int status = -1;

      vz_run (&rows[i], &status, &output, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (output, ==, expected[i]);
      g_assert_true (WIFEXITED (status));
      g_assert_cmpint (WEXITSTATUS (status), ==, 7);
    }
}

/* A child that holds the pipe, as unshare leaves one, is neither waited for nor left. */
static void
test_pipe_held (void)
{
  const char *argv[] = { "sh", "-c", "sleep 300 & echo $!", NULL };
  const VzRun run = {
    .argv = argv, .limit_ms = 100 * 1000, .wants_output = TRUE, .wants_errors = TRUE
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  gint64 start = g_get_monotonic_time ();
  int status = -1;

  vz_run (&run, &status, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpfloat (seconds_since (start), <, 60);
  assert_gone (output);
}

static void
test_missing (void)
{
  const char *argv[] = { "/nowhere/program", NULL };
  const VzRun run = { .argv = argv, .limit_ms = LIMIT_MS };
  g_autoptr (GError) error = NULL;
  int status;

  g_assert_false (vz_run (&run, &status, NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "/nowhere/program"));
}

/* Silent ones and those that never stop writing. */
static void
test_limit (void)
{
  const char *const scripts[] = { "sleep 300", "exec yes",
                                  "trap '' TERM INT; sleep 300; sleep 300" };

  for (gsize i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      const char *argv[] = { "sh", "-c", scripts[i], NULL };
      const VzRun run = { .argv = argv, .limit_ms = 300, .wants_output = TRUE };
      g_autoptr (GError) error = NULL;
      gint64 start = g_get_monotonic_time ();
      int status;

      g_assert_false (vz_run (&run, &status, NULL, NULL, &error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_TIMED_OUT);
      g_assert_cmpfloat (seconds_since (start), <, 60);
    }
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (200 * 1000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_cancelled (void)
{
  const char *argv[] = { "sleep", "300", NULL };
  const VzRun run = { .argv = argv, .limit_ms = 250 * 1000 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);
  int status;

  g_assert_false (vz_run (&run, &status, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpfloat (seconds_since (start), <, 60);
  g_thread_join (thread);
}

static void
add_line (const char *line, gpointer data)
{
  g_ptr_array_add (data, g_strdup (line));
}

static void
test_lines (void)
{
  /* Each line starts the time anew. */
  const char *argv[] = { "sh", "-c", "for i in 1 2 3 4; do echo $i; sleep 0.5; done; printf end",
                         NULL };
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  const VzRun run = {
    .argv = argv, .limit_ms = 1900, .wants_output = TRUE, .line = add_line, .user_data = lines
  };
  g_autoptr (GError) error = NULL;
  int status = -1;

  vz_run (&run, &status, NULL, NULL, &error);
  if (g_error_matches (error, VZ_ERROR, VZ_ERROR_TIMED_OUT))
    {
      g_test_skip ("this host is too slow");
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpuint (lines->len, ==, 5);
  g_assert_cmpstr (lines->pdata[3], ==, "4");
  g_assert_cmpstr (lines->pdata[4], ==, "end");
}

/* A program that cleans up when its input ends is given the time for it. */
static void
test_grace (void)
{
  g_autofree char *directory = g_dir_make_tmp ("vz-run-XXXXXX", NULL);
  g_autofree char *script =
    g_strdup_printf ("cat; sleep 0.3; rmdir '%s'; exec sleep 300", directory);
  const char *argv[] = { "sh", "-c", script, NULL };
  const VzRun run = { .argv = argv, .limit_ms = 300, .grace_ms = 5000 };
  g_autoptr (GError) error = NULL;
  int status;

  g_assert_false (vz_run (&run, &status, NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_TIMED_OUT);
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
}

/* A program that is waited for does not outlive who waits, however that ends. */
static void
test_killed (void)
{
  g_autofree char *folder = g_dir_make_tmp ("vz-run-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "pid", NULL);
  g_autofree char *text = NULL;
  g_autofree char *entry = NULL;
  const char *argv[] = { "sh", "-c", "echo $$ > \"$1.new\"; mv \"$1.new\" \"$1\"; exec sleep 300",
                         "sh", file, NULL };
  const VzRun run = { .argv = argv, .limit_ms = 300 * 1000 };
  pid_t pid = fork ();
  int status;

  if (pid == 0)
    {
      vz_run (&run, &status, NULL, NULL, NULL);
      _exit (0);
    }
  for (int i = 0; i < 600 && !g_file_get_contents (file, &text, NULL, NULL); i++)
    g_usleep (100 * 1000);
  g_assert_nonnull (text);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  entry = g_strdup_printf ("/proc/%s/exe", g_strchomp (text));
  /* One that is dead and not waited for by its new parent has no program any more. */
  for (int i = 0; i < 600 && g_file_test (entry, G_FILE_TEST_EXISTS); i++)
    g_usleep (100 * 1000);
  g_assert_false (g_file_test (entry, G_FILE_TEST_EXISTS));
  g_unlink (file);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/foundation/run/output", test_output);
  g_test_add_func ("/foundation/run/pipe-held", test_pipe_held);
  g_test_add_func ("/foundation/run/missing", test_missing);
  g_test_add_func ("/foundation/run/limit", test_limit);
  g_test_add_func ("/foundation/run/cancelled", test_cancelled);
  g_test_add_func ("/foundation/run/lines", test_lines);
  g_test_add_func ("/foundation/run/grace", test_grace);
  g_test_add_func ("/foundation/run/killed", test_killed);
  return g_test_run ();
}
