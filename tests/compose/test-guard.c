/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include "foundation/file/vz-file.h"
#include "foundation/file/vz-paths.h"

typedef struct {
  char *guard;
  char *directory;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->guard = vz_find_helper ("vz-guard", &error);
  g_assert_no_error (error);
  fixture->directory = g_dir_make_tmp ("vz-guard-XXXXXX", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  vz_file_remove_tree (fixture->directory, NULL);
  g_free (fixture->directory);
  g_free (fixture->guard);
}

/* Arguments up to NULL; the guard's own come first. */
static GSubprocess *start (Fixture *fixture, const char *first, ...) G_GNUC_NULL_TERMINATED;

static GSubprocess *
start (Fixture *fixture, const char *first, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GSubprocess *process;
  va_list list;

  g_ptr_array_add (words, fixture->guard);
  va_start (list, first);
  for (const char *word = first; word != NULL; word = va_arg (list, const char *))
    g_ptr_array_add (words, (char *) word);
  va_end (list);
  g_ptr_array_add (words, NULL);
  process = g_subprocess_newv ((const char *const *) words->pdata,
                               G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                               &error);
  g_assert_no_error (error);
  return process;
}

static char *
read_line (GSubprocess *process)
{
  g_autoptr (GDataInputStream)
    lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  return g_data_input_stream_read_line (lines, NULL, NULL, NULL);
}

static int
wait_status (GSubprocess *process)
{
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process);
}

static void
test_status (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocess) good = start (fixture, "--", "true", NULL);
  g_autoptr (GSubprocess) bad = start (fixture, "--", "sh", "-c", "exit 7", NULL);
  g_autoptr (GSubprocess) killed = start (fixture, "--", "sh", "-c", "kill -9 $$", NULL);
  g_autoptr (GSubprocess) missing = start (fixture, "--", "/nonexistent/program", NULL);
  g_autoptr (GSubprocess) usage = start (fixture, "--remove", NULL);

  g_assert_cmpint (wait_status (good), ==, 0);
  g_assert_cmpint (wait_status (bad), ==, 7);
  g_assert_cmpint (wait_status (killed), ==, 128 + SIGKILL);
  g_assert_cmpint (wait_status (missing), ==, 127);
  g_assert_cmpint (wait_status (usage), ==, 125);
}

static void
test_remove (Fixture *fixture, gconstpointer data)
{
  g_autofree char *script =
    g_strdup_printf ("mkdir -p '%s/a/b'; touch '%s/a/b/c'", fixture->directory, fixture->directory);
  g_autoptr (GSubprocess)
    process = start (fixture, "--remove", fixture->directory, "--", "sh", "-c", script, NULL);

  g_assert_cmpint (wait_status (process), ==, 0);
  g_assert_false (g_file_test (fixture->directory, G_FILE_TEST_EXISTS));
}

static void
assert_gone (pid_t pid)
{
  for (int i = 0; i < 100 && kill (pid, 0) == 0; i++)
    g_usleep (20 * 1000);
  g_assert_cmpint (kill (pid, 0), ==, -1);
}

/* A grandchild that left the session and lost its parent, and a child that ignores SIGTERM. */
static void
test_starter_goes (Fixture *fixture, gconstpointer data)
{
  const char *script =
    "(setsid sh -c 'echo $$; exec sleep 100' &) ; trap '' TERM; sleep 100 & wait; sleep 100";
  g_autoptr (GSubprocess)
    process = start (fixture, "--remove", fixture->directory, "--", "sh", "-c", script, NULL);
  g_autofree char *line = read_line (process);
  pid_t pid = (pid_t) g_ascii_strtoll (line, NULL, 10);

  g_assert_cmpint (pid, >, 1);
  g_assert_cmpint (kill (pid, 0), ==, 0);
  g_assert_true (g_output_stream_close (g_subprocess_get_stdin_pipe (process), NULL, NULL));
  wait_status (process);
  assert_gone (pid);
  g_assert_false (g_file_test (fixture->directory, G_FILE_TEST_EXISTS));
}

static void
test_terminated (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocess) process = start (fixture, "--remove", fixture->directory, "--", "sh",
                                           "-c", "echo $$; exec sleep 100", NULL);
  g_autofree char *line = read_line (process);

  g_subprocess_send_signal (process, SIGTERM);
  g_assert_cmpint (wait_status (process), ==, 128 + SIGTERM);
  assert_gone ((pid_t) g_ascii_strtoll (line, NULL, 10));
  g_assert_false (g_file_test (fixture->directory, G_FILE_TEST_EXISTS));
}

static void
test_lock (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocess) process =
    start (fixture, "--remove", fixture->directory, "--", "sh", "-c", "echo on; sleep 100", NULL);
  g_autofree char *line = read_line (process);
  int fd VZ_AUTO_CLOSE = open (fixture->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_autoptr (GSubprocess)
    second = start (fixture, "--remove", fixture->directory, "--", "true", NULL);

  g_assert_cmpstr (line, ==, "on");
  g_assert_cmpint (flock (fd, LOCK_EX | LOCK_NB), ==, -1);
  g_assert_cmpint (wait_status (second), ==, 125);
  g_assert_true (g_file_test (fixture->directory, G_FILE_TEST_EXISTS));
  g_output_stream_close (g_subprocess_get_stdin_pipe (process), NULL, NULL);
  wait_status (process);
}

/* Files that belong to somebody else in the namespace. */
static void
test_namespace (Fixture *fixture, gconstpointer data)
{
  g_autofree char *script = g_strdup_printf ("mkdir '%s/x' && touch '%s/x/y' && chown -R 5:5 "
                                             "'%s/x' && chmod 700 '%s/x' && test $$ = 1 && id -u",
                                             fixture->directory, fixture->directory,
                                             fixture->directory, fixture->directory);
  g_autoptr (GSubprocess) process =
    start (fixture, "--namespace", "--remove", fixture->directory, "--", "sh", "-c", script, NULL);
  g_autofree char *line = read_line (process);
  int status = wait_status (process);

  if (line == NULL)
    {
      g_test_skip ("namespaces cannot be created here");
      return;
    }
  g_assert_cmpstr (line, ==, "0");
  g_assert_cmpint (status, ==, 0);
  g_assert_false (g_file_test (fixture->directory, G_FILE_TEST_EXISTS));
}

/* Flushing does nothing in there. */
static void
test_no_sync (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocess)
    process = start (fixture, "--namespace", "--", "grep", "Seccomp:", "/proc/self/status", NULL);
  g_autofree char *line = read_line (process);
  int status = wait_status (process);

  if (line == NULL)
    {
      g_test_skip ("namespaces cannot be created here");
      return;
    }
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (line, ==, "Seccomp:\t2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/guard/status", Fixture, NULL, set_up, test_status, tear_down);
  g_test_add ("/guard/remove", Fixture, NULL, set_up, test_remove, tear_down);
  g_test_add ("/guard/starter-goes", Fixture, NULL, set_up, test_starter_goes, tear_down);
  g_test_add ("/guard/terminated", Fixture, NULL, set_up, test_terminated, tear_down);
  g_test_add ("/guard/lock", Fixture, NULL, set_up, test_lock, tear_down);
  g_test_add ("/guard/namespace", Fixture, NULL, set_up, test_namespace, tear_down);
  g_test_add ("/guard/no-sync", Fixture, NULL, set_up, test_no_sync, tear_down);
  return g_test_run ();
}
