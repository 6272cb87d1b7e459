/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle-fixture.h"

#define ECID G_GUINT64_CONSTANT (0x1661a1d30fb268d5)

static VzMachineIdentifier *
identifier_new (void)
{
  return VZ_MACHINE_IDENTIFIER (vz_generic_machine_identifier_new_with_ecid (ECID));
}

static void
hold_lock (const char *path)
{
  g_autoptr (VzMachineIdentifier) identifier = identifier_new ();

  if (vz_machine_lock_acquire (identifier, "run", NULL) < 0)
    _exit (1);
}

static void
hold_lock_and_linger (const char *path)
{
  hold_lock (path);
  fixture_linger ();
}

/* A process gives up its locks one after the other, once it is gone from every list. */
static void
test_ending_holder (void)
{
  g_autoptr (VzMachineIdentifier) identifier = identifier_new ();
  g_autoptr (GError) error = NULL;
  int lock;

  fixture_kill (fixture_spawn (hold_lock_and_linger, NULL));
  lock = vz_machine_lock_acquire (identifier, "run", &error);
  g_assert_no_error (error);
  close (lock);
}

static void
test_two_processes (void)
{
  g_autoptr (VzMachineIdentifier) identifier = identifier_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *purpose = NULL;
  pid_t child = fixture_spawn (hold_lock, NULL);
  int pid, lock;

  g_assert_cmpint (vz_machine_lock_acquire (identifier, "delete", &error), ==, -1);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  expected = g_strdup_printf ("process %d (run)", (int) child);
  g_assert_nonnull (strstr (error->message, expected));
  g_assert_true (vz_machine_lock_is_held (identifier, &pid, &purpose));
  g_assert_cmpint (pid, ==, child);
  g_assert_cmpstr (purpose, ==, "run");

  fixture_kill (child);
  g_assert_false (vz_machine_lock_is_held (identifier, NULL, NULL));
  g_clear_error (&error);
  lock = vz_machine_lock_acquire (identifier, "run", &error);
  g_assert_no_error (error);
  close (lock);
}

/* What QEMU does: it inherits the lock and outlives the command that took it. */
static void
test_inherited (void)
{
  g_autoptr (VzMachineIdentifier) identifier = identifier_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *purpose = NULL;
  int pid, lock = vz_machine_lock_acquire (identifier, "run", &error);
  int copy = dup (lock);

  g_assert_no_error (error);
  g_assert_true (vz_machine_lock_set_holder (lock, 4711, "qemu\nx", &error));
  close (lock);
  g_assert_true (vz_machine_lock_is_held (identifier, &pid, &purpose));
  g_assert_cmpint (pid, ==, 4711);
  g_assert_cmpstr (purpose, ==, "qemu x");
  close (copy);
  g_assert_false (vz_machine_lock_is_held (identifier, NULL, NULL));
}

static void
test_directories (void)
{
  g_autoptr (VzMachineIdentifier) identifier = identifier_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *runtime = vz_runtime_directory_for (identifier, &error);
  g_autofree char *state = vz_state_directory_for (identifier, &error);
  struct stat st;

  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (runtime, "/vz/1661a1d30fb268d5"));
  g_assert_true (g_str_has_suffix (state, "/vz/1661a1d30fb268d5"));
  g_assert_cmpint (stat (runtime, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0700);
}

static void
test_directory_refused (void)
{
  char *directory = fixture_directory ();
  g_autoptr (VzMachineIdentifier) identifier = identifier_new ();
  g_autofree char *before = g_strdup (g_getenv ("XDG_RUNTIME_DIR"));
  g_autofree char *link = g_build_filename (directory, "vz", NULL);
  g_autofree char *longer =
    g_build_filename (directory,
                      "a-name-that-leaves-no-room-for-the-name-of-a-socket-in-it-"
                      "because-such-names-are-short",
                      NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (symlink ("/tmp", link), ==, 0);
  g_setenv ("XDG_RUNTIME_DIR", directory, TRUE);
  g_assert_null (vz_runtime_directory_for (identifier, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_IO);
  g_clear_error (&error);

  g_assert_cmpint (g_mkdir (longer, 0700), ==, 0);
  g_setenv ("XDG_RUNTIME_DIR", longer, TRUE);
  g_assert_null (vz_runtime_directory_for (identifier, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_setenv ("XDG_RUNTIME_DIR", before, TRUE);
  fixture_clear (directory);
}

static void
add_tests (void)
{
  g_test_add_func ("/machine-lock/ending-holder", test_ending_holder);
  g_test_add_func ("/machine-lock/two-processes", test_two_processes);
  g_test_add_func ("/machine-lock/inherited", test_inherited);
  g_test_add_func ("/machine-lock/directories", test_directories);
  g_test_add_func ("/machine-lock/directory-refused", test_directory_refused);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
