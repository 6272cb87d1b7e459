/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "bundle-fixture.h"
#include "bundle/vz-bundle-lock.h"
#include "foundation/host/vz-file-users.h"

#define ECID G_GUINT64_CONSTANT (0x1661a1d30fb268d5)
#define START_TIMEOUT (20 * G_USEC_PER_SEC)

typedef struct {
  char *directory;
  char *path;
  char *disk;
  VzBundle *bundle;
} Fixture;

static void
setup (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->directory = fixture_directory ();
  self->path = g_build_filename (self->directory, "VM.bundle", NULL);
  self->bundle = fixture_bundle (self->path, ECID);
  self->disk = vz_bundle_dup_disk_image_path (self->bundle);
  g_assert_true (vz_file_check_users (self->disk, VZ_FILE_USE_WRITE, &error));
  g_assert_no_error (error);
}

static void
teardown (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->bundle);
  g_free (self->path);
  g_free (self->disk);
  fixture_clear (self->directory);
}

static void
assert_in_use (const char *disk, VzFileUse use, pid_t pid, const char *program)
{
  g_autofree char *named = g_strdup_printf ("process %d (%s)", (int) pid, program);
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_file_check_users (disk, use, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  g_assert_cmpstr (strstr (error->message, named), !=, NULL);
  g_assert_nonnull (strstr (error->message, disk));
}

static gboolean
has_open (GPid pid, const char *path)
{
  g_autofree char *folder = g_strdup_printf ("/proc/%d/fd", (int) pid);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *link = g_build_filename (folder, name, NULL);
      g_autofree char *target = g_file_read_link (link, NULL);

      if (g_strcmp0 (target, path) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Its socket appears before it has opened the image. */
static pid_t
start_nbd (Fixture *self, const char *option)
{
  g_autofree char *socket = g_build_filename (self->directory, "nbd.sock", NULL);
  const char *argv[] = { "qemu-nbd", "-f", "raw", "-t", "-k", socket, self->disk, option, NULL };
  gint64 deadline = g_get_monotonic_time () + START_TIMEOUT;
  GPid pid;

  g_unlink (socket);
  if (!g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                      NULL, NULL, &pid, NULL))
    return 0;
  while (!g_file_test (socket, G_FILE_TEST_EXISTS) || !has_open (pid, self->disk))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (10000);
    }
  return pid;
}

/* Every way of using a bundle's files at rest notices it. */
static void
test_nbd (Fixture *self, gconstpointer data)
{
  g_autofree char *clone = g_build_filename (self->directory, "Clone.bundle", NULL);
  g_autoptr (GError) error = NULL;
  pid_t pid = start_nbd (self, NULL);

  g_assert_cmpint (pid, >, 0); /* the package qemu-utils is a dependency of vz */
  assert_in_use (self->disk, VZ_FILE_USE_READ, pid, "qemu-nbd");
  assert_in_use (self->disk, VZ_FILE_USE_WRITE, pid, "qemu-nbd");
  g_assert_true (vz_file_is_locked_for_writing (self->disk, pid, FALSE));
  g_assert_false (vz_file_is_locked_for_writing (self->disk, pid, TRUE)); /* it lets others write */
  g_assert_false (vz_bundle_clone (self->bundle, clone, 0, NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_false (vz_bundle_delete (self->bundle, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_false (vz_bundle_check_at_rest (self->bundle, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  fixture_kill (pid);
  g_assert_true (vz_file_check_users (self->disk, VZ_FILE_USE_WRITE, NULL));
}

/* A reader is in the way of a writer. */
static void
test_nbd_reads (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  pid_t pid = start_nbd (self, "-r");

  g_assert_cmpint (pid, >, 0); /* the package qemu-utils is a dependency of vz */
  g_assert_true (vz_file_check_users (self->disk, VZ_FILE_USE_READ, &error));
  g_assert_no_error (error);
  assert_in_use (self->disk, VZ_FILE_USE_WRITE, pid, "qemu-nbd");
  g_assert_false (vz_file_is_locked_for_writing (self->disk, pid, FALSE));
  fixture_kill (pid);
}

/* Merely asking is in nobody's way: "vz list" beside "vz run". */
static void
test_asked_at_once (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  pid_t pid = fork ();

  while (pid == 0) /* most of the time it does something else */
    {
      vz_file_check_users (self->disk, VZ_FILE_USE_WRITE, NULL);
      if (getppid () == 1)
        _exit (0);
      g_usleep (1000);
    }
  for (guint i = 0; i < 50 && error == NULL; i++)
    vz_file_check_users (self->disk, VZ_FILE_USE_WRITE, &error);
  fixture_kill (pid);
  g_assert_no_error (error);
}

static void
hold_flock (const char *path)
{
  int fd = open (path, O_RDONLY);

  if (fd < 0 || flock (fd, LOCK_EX) != 0)
    _exit (1);
}

static void
hold_posix (const char *path)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int fd = open (path, O_RDWR);

  if (fd < 0 || fcntl (fd, F_SETLK, &lock) != 0)
    _exit (1);
}

static void
hold_open (const char *path)
{
  if (open (path, O_WRONLY) < 0)
    _exit (1);
}

static int own_fd = -1; /* a child does not have it */

static void
hold_only_flock (const char *path)
{
  close (own_fd);
  hold_flock (path);
}

static void
hold_flock_for_a_moment (const char *path)
{
  hold_only_flock (path);
  if (fork () != 0)
    return;
  g_usleep (G_USEC_PER_SEC / 3);
  kill (getppid (), SIGKILL);
  _exit (0);
}

/* A lock besides those of a QEMU, for which this process stands in: one that stays, and one that
 * goes, such as the one that "vz list" takes to test for others. */
static void
test_beside (Fixture *self, gconstpointer data)
{
  struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 100, .l_len = 1 };
  g_autoptr (GError) error = NULL;
  pid_t pid;

  own_fd = open (self->disk, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (fcntl (own_fd, F_OFD_SETLK, &lock), ==, 0);
  g_assert_true (vz_file_check_other_users (self->disk, getpid (), &error));
  g_assert_no_error (error);
  pid = fixture_spawn (hold_only_flock, self->disk);
  g_assert_false (vz_file_check_other_users (self->disk, getpid (), &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  g_clear_error (&error);
  fixture_kill (pid);
  pid = fixture_spawn (hold_flock_for_a_moment, self->disk);
  vz_file_check_other_users (self->disk, getpid (), &error);
  g_assert_no_error (error);
  fixture_kill (pid);
  close (own_fd);
}

static void
test_others (Fixture *self, gconstpointer data)
{
  static void (*const holders[]) (const char *path) = { hold_flock, hold_posix, hold_open };
  g_autofree char *path = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *program = g_path_get_basename (path);

  for (gsize i = 0; i < G_N_ELEMENTS (holders); i++)
    {
      pid_t child = fixture_spawn (holders[i], self->disk);

      assert_in_use (self->disk, VZ_FILE_USE_READ, child, program);
      assert_in_use (self->disk, VZ_FILE_USE_WRITE, child, program);
      fixture_kill (child);
      g_assert_true (vz_file_check_users (self->disk, VZ_FILE_USE_WRITE, NULL));
    }
}

static void
test_loop (Fixture *self, gconstpointer data)
{
  g_autofree char *link = g_build_filename (self->directory, "link", NULL);
  g_autofree char *command = g_strdup_printf ("losetup --find --show %s", link);
  g_autofree char *device = NULL;
  g_autofree char *detach = NULL;
  g_autoptr (GError) error = NULL;
  int status = -1;

  /* The name with which the device was created may be gone. */
  g_assert_cmpint (symlink (self->disk, link), ==, 0);
  if (!g_spawn_command_line_sync (command, &device, NULL, &status, NULL) || status != 0)
    {
      g_test_skip ("this user cannot make loop devices");
      return;
    }
  g_strchomp (device);
  g_unlink (link);
  g_assert_false (vz_file_check_users (self->disk, VZ_FILE_USE_READ, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, device));
  detach = g_strdup_printf ("losetup -d %s", device);
  g_assert_true (g_spawn_command_line_sync (detach, NULL, NULL, &status, NULL));
}

static void
add_tests (void)
{
#define ADD(name, function) \
  g_test_add ("/file-users/" name, Fixture, NULL, setup, function, teardown)
  ADD ("nbd", test_nbd);
  ADD ("nbd-reads", test_nbd_reads);
  ADD ("asked-at-once", test_asked_at_once);
  ADD ("beside", test_beside);
  ADD ("others", test_others);
  ADD ("loop", test_loop);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
