/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle-fixture.h"
#include "bundle/vz-bundle-lock.h"
#include "bundle/vz-machine-claim.h"
#include "foundation/file/vz-file.h"

static void
hold (const char *path)
{
  if (vz_bundle_lock_take (path, "run", NULL) == NULL)
    _exit (1);
}

static void
assert_busy (const char *path, pid_t holder)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *process = g_strdup_printf ("process %d (", (int) holder);

  g_assert_null (vz_bundle_lock_take (path, "backup", &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, process));
  g_assert_nonnull (strstr (error->message, ", run)"));
  g_assert_nonnull (strstr (error->message, path));
}

/* Another session, or another user, has other directories; the lock is the bundle's. */
static void
test_elsewhere (BundleFixture *self, gconstpointer data)
{
  static const char *const variables[] = { "HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
                                           "XDG_RUNTIME_DIR" };
  g_auto (GStrv) before = g_get_environ ();
  pid_t child = fixture_spawn (hold, self->path);
  g_autofree char *purpose = NULL;
  int pid = 0;

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    g_setenv (variables[i], "/nonexistent", TRUE);
  assert_busy (self->path, child);
  g_assert_true (vz_bundle_is_in_use (self->bundle, &pid, &purpose));
  g_assert_cmpint (pid, ==, child);
  g_assert_cmpstr (purpose, ==, "run");
  g_assert_true (vz_bundle_is_running (self->bundle));
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    g_setenv (variables[i], g_environ_getenv (before, variables[i]), TRUE);
  fixture_kill (child);
  g_assert_false (vz_bundle_is_in_use (self->bundle, NULL, NULL));
}

/* What a killed holder leaves behind says nothing, and is in nobody's way. */
static void
test_dead_holder (BundleFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  VzBundleLock *lock;

  fixture_kill (fixture_spawn (hold, self->path));
  g_assert_cmpuint (fixture_count (self->path), ==, 4);
  g_assert_false (vz_bundle_is_running (self->bundle));
  lock = vz_bundle_lock_take (self->path, "backup", &error);
  g_assert_no_error (error);
  g_assert_true (vz_bundle_is_in_use (self->bundle, NULL, NULL));
  g_assert_false (vz_bundle_is_running (self->bundle));
  vz_bundle_lock_free (lock);
  g_assert_cmpuint (fixture_count (self->path), ==, 3);
}

static void
hold_and_linger (const char *path)
{
  hold (path);
  fixture_linger ();
}

/* A process gives up its locks one after the other, once it is gone from every list. */
static void
test_ending_holder (BundleFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  VzBundleLock *lock;

  fixture_kill (fixture_spawn (hold_and_linger, self->path));
  vz_bundle_check_at_rest (self->bundle, &error);
  g_assert_no_error (error);
  fixture_kill (fixture_spawn (hold_and_linger, self->path));
  lock = vz_bundle_lock_take (self->path, "backup", &error);
  g_assert_no_error (error);
  vz_bundle_lock_free (lock);
}

static void
test_looking_makes_nothing (BundleFixture *self, gconstpointer data)
{
  g_autoptr (VzMachineIdentifier)
    identifier = vz_bundle_load_machine_identifier (self->bundle, NULL);
  g_autofree char *home = g_build_filename (self->directory, "home", NULL);
  g_autofree char *before = g_strdup (g_getenv ("XDG_RUNTIME_DIR"));

  g_assert_cmpint (g_mkdir (home, 0700), ==, 0);
  g_setenv ("XDG_RUNTIME_DIR", home, TRUE);
  g_assert_false (vz_bundle_is_in_use (self->bundle, NULL, NULL));
  g_assert_false (vz_machine_lock_is_held (identifier, NULL, NULL));
  g_assert_cmpuint (fixture_count (self->path), ==, 3);
  g_assert_cmpuint (fixture_count (home), ==, 0);
  g_setenv ("XDG_RUNTIME_DIR", before, TRUE);
}

/* `cp -a` copies the note, with its old modification time, but not the lock. */
static void
test_copy (BundleFixture *self, gconstpointer data)
{
  g_autofree char *copy = g_build_filename (self->directory, "Copy.bundle", NULL);
  const char *argv[] = { "cp", "-a", self->path, copy, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (VzBundle) bundle = NULL;
  VzBundleLock *lock;
  pid_t child = fixture_spawn (hold, self->path);
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, &status, &error));
  g_assert_cmpint (status, ==, 0);
  bundle = vz_bundle_open (copy, &error);
  g_assert_no_error (error);
  g_assert_false (vz_bundle_is_in_use (bundle, NULL, NULL));
  lock = vz_bundle_lock_take (copy, "run", &error);
  g_assert_no_error (error);
  vz_bundle_lock_free (lock);
  assert_busy (self->path, child);
  fixture_kill (child);
}

static void
test_moved (BundleFixture *self, gconstpointer data)
{
  g_autofree char *place = g_build_filename (self->directory, "Moved.bundle", NULL);
  pid_t child = fixture_spawn (hold, self->path);

  g_assert_cmpint (g_rename (self->path, place), ==, 0);
  assert_busy (place, child);
  fixture_kill (child);
}

static void
test_bind_mount (BundleFixture *self, gconstpointer data)
{
  g_autofree char *place = g_build_filename (self->directory, "mount", NULL);
  pid_t child = fixture_spawn (hold, self->path);

  g_assert_cmpint (g_mkdir (place, 0700), ==, 0);
  if (mount (self->path, place, NULL, MS_BIND, NULL) != 0)
    g_test_skip ("this user cannot mount");
  else
    {
      assert_busy (place, child);
      g_assert_cmpint (umount (place), ==, 0);
    }
  fixture_kill (child);
}

/* bindfs has locks of its own, so only the note leads to the one that counts. */
static void
test_fuse_mount (BundleFixture *self, gconstpointer data)
{
  g_autofree char *place = g_build_filename (self->directory, "mount", NULL);
  g_autofree char *command = g_strdup_printf ("bindfs %s %s", self->path, place);
  pid_t child = fixture_spawn (hold, self->path);
  int status = -1;

  g_assert_cmpint (g_mkdir (place, 0700), ==, 0);
  if (!g_spawn_command_line_sync (command, NULL, NULL, &status, NULL) || status != 0)
    g_test_skip ("bindfs cannot mount here");
  else
    {
      g_autofree char *unmount = g_strdup_printf ("fusermount -u %s", place);

      assert_busy (place, child);
      g_assert_true (g_spawn_command_line_sync (unmount, NULL, NULL, &status, NULL));
      g_assert_cmpint (status, ==, 0);
    }
  fixture_kill (child);
}

static gboolean
lock_read_only (const char *path)
{
  VzBundleLock *lock = vz_bundle_lock_take (path, "backup", NULL);
  gboolean ok = lock != NULL && vz_bundle_lock_is_held (path, NULL);

  vz_bundle_lock_free (lock);
  return ok;
}

static void
test_read_only (BundleFixture *self, gconstpointer data)
{
  g_autofree char *identifier = vz_bundle_dup_machine_identifier_path (self->bundle);

  g_assert_cmpint (g_chmod (identifier, 0444), ==, 0);
  g_assert_cmpint (g_chmod (self->directory, 0755), ==, 0);
  g_assert_cmpint (g_chmod (self->path, 0555), ==, 0);
  g_assert_true (fixture_run_unprivileged (lock_read_only, self->path));
  g_assert_cmpint (g_chmod (self->path, 0755), ==, 0);
}

static void
add_tests (void)
{
#define ADD(name, function) \
  g_test_add ("/bundle-lock/" name, BundleFixture, NULL, fixture_set_up, function, \
              fixture_tear_down)
  ADD ("elsewhere", test_elsewhere);
  ADD ("dead-holder", test_dead_holder);
  ADD ("ending-holder", test_ending_holder);
  ADD ("looking-makes-nothing", test_looking_makes_nothing);
  ADD ("copy", test_copy);
  ADD ("moved", test_moved);
  ADD ("bind-mount", test_bind_mount);
  ADD ("fuse-mount", test_fuse_mount);
  ADD ("read-only", test_read_only);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
