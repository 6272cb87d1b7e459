/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle-fixture.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "foundation/file/vz-file.h"

#define NOBODY 65534

int
fixture_run (int argc, char **argv, void (*add_tests) (void))
{
  static const char *const variables[] = { "HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
                                           "XDG_RUNTIME_DIR" };
  char *directory = fixture_directory ();
  int result;

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      g_autofree char *path = g_build_filename (directory, variables[i], NULL);

      g_assert_cmpint (mkdir (path, 0700), ==, 0);
      g_setenv (variables[i], path, TRUE);
    }
  g_test_init (&argc, &argv, NULL);
  add_tests ();
  result = g_test_run ();
  fixture_clear (directory);
  return result;
}

char *
fixture_directory (void)
{
  g_autoptr (GError) error = NULL;
  char *directory = g_dir_make_tmp ("vz-test-XXXXXX", &error);

  g_assert_no_error (error);
  return directory;
}

void
fixture_clear (char *directory)
{
  g_autoptr (GError) error = NULL;

  vz_file_remove_tree (directory, &error);
  g_assert_no_error (error);
  g_free (directory);
}

pid_t
fixture_spawn (void (*function) (const char *path), const char *path)
{
  int ready[2];
  char byte;
  pid_t pid;

  g_assert_cmpint (pipe (ready), ==, 0);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      function (path);
      if (write (ready[1], "", 1) != 1)
        _exit (1);
      for (;;)
        pause ();
    }
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  return pid;
}

void
fixture_kill (pid_t pid)
{
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
}

void
fixture_linger (void)
{
  pid_t pid = fork ();

  if (pid < 0)
    _exit (1);
  if (pid > 0)
    return;
  g_usleep (G_USEC_PER_SEC / 2);
  _exit (0);
}

gboolean
fixture_run_unprivileged (gboolean (*function) (const char *path), const char *path)
{
  int status;
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      if (geteuid () == 0 && (setgroups (0, NULL) != 0 || setresgid (NOBODY, NOBODY, NOBODY) != 0 ||
                              setresuid (NOBODY, NOBODY, NOBODY) != 0))
        _exit (2);
      _exit (function (path) ? 0 : 1);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  return WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

VzBundle *
fixture_bundle (const char *path, guint64 ecid)
{
  g_autoptr (GError) error = NULL;
  VzBundle *bundle = vz_bundle_create (path, &error);
  g_autoptr (VzGenericHardwareModel) model = vz_generic_hardware_model_new ("x86_64");
  g_autoptr (VzGenericMachineIdentifier)
    identifier = vz_generic_machine_identifier_new_with_ecid (ecid);

  g_assert_no_error (error);
  vz_bundle_set_hardware_model (bundle, VZ_HARDWARE_MODEL (model), &error);
  g_assert_no_error (error);
  vz_bundle_set_machine_identifier (bundle, VZ_MACHINE_IDENTIFIER (identifier), &error);
  g_assert_no_error (error);
  vz_bundle_create_disk_image (bundle, 1 << 20, &error);
  g_assert_no_error (error);
  vz_bundle_commit (bundle, &error);
  g_assert_no_error (error);
  return bundle;
}

void
fixture_write (const char *directory, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

guint
fixture_count (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

void
fixture_write_at (const char *path, off_t at, const char *text)
{
  int fd VZ_AUTO_CLOSE = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (pwrite (fd, text, strlen (text), at), ==, (gssize) strlen (text));
}

void
fixture_assert_reads (const char *path, off_t at, const char *text)
{
  int fd VZ_AUTO_CLOSE = open (path, O_RDONLY | O_CLOEXEC);
  char buffer[32] = "";

  g_assert_cmpint (pread (fd, buffer, strlen (text), at), ==, (gssize) strlen (text));
  g_assert_cmpstr (buffer, ==, text);
}

void
fixture_set_up (BundleFixture *self, gconstpointer data)
{
  self->directory = fixture_directory ();
  self->path = g_build_filename (self->directory, "VM.bundle", NULL);
  self->bundle = fixture_bundle (self->path, FIXTURE_ECID);
}

void
fixture_tear_down (BundleFixture *self, gconstpointer data)
{
  g_clear_object (&self->bundle);
  g_free (self->path);
  fixture_clear (self->directory);
}
