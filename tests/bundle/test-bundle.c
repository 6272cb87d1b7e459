/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle-fixture.h"
#include "bundle/vz-bundle-lock.h"
#include "foundation/file/vz-file.h"

#define ECID G_GUINT64_CONSTANT (0x1661a1d30fb268d5)

typedef struct {
  char *directory;
  char *path;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->directory = fixture_directory ();
  fixture->path = g_build_filename (fixture->directory, "VM.bundle", NULL);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  fixture_clear (fixture->directory);
  g_free (fixture->path);
}

static void
test_create (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzBundle) bundle = fixture_bundle (fixture->path, ECID);
  g_autoptr (VzBundle) opened = vz_bundle_open (fixture->path, &error);
  g_autoptr (VzMachineIdentifier) identifier = NULL;
  g_autoptr (VzHardwareModel) model = NULL;
  g_autofree char *disk = NULL;
  struct stat st;

  g_assert_no_error (error);
  g_assert_false (vz_bundle_is_partial (bundle));
  g_assert_cmpuint (fixture_count (fixture->directory), ==, 1);
  g_assert_cmpuint (fixture_count (fixture->path), ==, 3);
  identifier = vz_bundle_load_machine_identifier (opened, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vz_machine_identifier_get_ecid (identifier), ==, ECID);
  model = vz_bundle_load_hardware_model (opened, &error);
  g_assert_no_error (error);
  g_assert_true (VZ_IS_GENERIC_HARDWARE_MODEL (model));
  disk = vz_bundle_dup_disk_image_path (bundle);
  g_assert_cmpint (stat (disk, &st), ==, 0);
  g_assert_cmpint (st.st_size, ==, 1 << 20);
  g_assert_cmpint (st.st_blocks, ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0600);
}

static void
test_nothing_before_commit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzBundle) bundle = vz_bundle_create (fixture->path, &error);

  g_assert_no_error (error);
  g_assert_true (vz_bundle_is_partial (bundle));
  g_assert_false (vz_bundle_get_replaced_partial (bundle));
  g_assert_false (vz_file_is_there (fixture->path));
  g_assert_true (vz_bundle_discard (bundle, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture_count (fixture->directory), ==, 0);
}

static void
test_exists (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzBundle) first = NULL;

  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  g_assert_null (vz_bundle_create (fixture->path, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_EXISTS);
  g_assert_cmpuint (fixture_count (fixture->directory), ==, 1);
  g_assert_cmpint (g_rmdir (fixture->path), ==, 0);
  g_clear_error (&error);

  /* It appears while the bundle is under construction: an empty directory would be replaced by a
   * plain rename. */
  first = vz_bundle_create (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  g_assert_false (vz_bundle_commit (first, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_EXISTS);
  g_assert_true (vz_bundle_is_partial (first));
  g_assert_true (vz_bundle_discard (first, NULL));
}

static void
test_no_parent (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->directory, "not-there", "VM.bundle", NULL);

  g_assert_null (vz_bundle_create (path, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
}

static gboolean
is_refused (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzBundle) bundle = vz_bundle_create (path, &error);

  return bundle == NULL && g_error_matches (error, VZ_ERROR, VZ_ERROR_IO) &&
         strstr (error->message, "Permission denied") != NULL &&
         strstr (error->message, path) != NULL;
}

static void
test_unwritable (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (g_chmod (fixture->directory, 0555), ==, 0);
  g_assert_true (fixture_run_unprivileged (is_refused, fixture->path));
  g_assert_cmpint (g_chmod (fixture->directory, 0755), ==, 0);
  g_assert_cmpuint (fixture_count (fixture->directory), ==, 0);
}

static void
create_half (const char *path)
{
  VzBundle *bundle = vz_bundle_create (path, NULL);

  if (bundle == NULL || !vz_bundle_create_disk_image (bundle, 1 << 20, NULL))
    _exit (1);
}

/* QEMU could not run it there. Clones, imports and backups start here, too. */
static void
test_line_break (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_strconcat (fixture->path, "\nsecond line", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;

  g_assert_null (vz_bundle_create (path, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "a line break is not accepted"));
  dir = g_dir_open (folder, 0, NULL);
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    g_assert_null (strchr (name, '\n'));
}

static void
test_killed_creator (Fixture *fixture, gconstpointer data)
{
  pid_t child = fixture_spawn (create_half, fixture->path);
  g_autofree char *holder = g_strdup_printf ("process %d (install)", (int) child);
  g_autoptr (GError) error = NULL;
  g_autoptr (VzBundle) resumed = NULL;
  g_autoptr (VzBundle) replaced = NULL;
  g_autofree char *disk = NULL;

  g_assert_null (vz_bundle_create (fixture->path, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, holder));
  g_clear_error (&error);
  g_assert_null (vz_bundle_resume (fixture->path, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  g_clear_error (&error);

  fixture_kill (child);
  g_assert_false (vz_file_is_there (fixture->path));
  resumed = vz_bundle_resume (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_false (vz_bundle_get_replaced_partial (resumed));
  disk = vz_bundle_dup_disk_image_path (resumed);
  g_assert_true (vz_file_is_there (disk));
  g_clear_object (&resumed);

  replaced = vz_bundle_create (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_true (vz_bundle_get_replaced_partial (replaced));
  g_assert_false (vz_file_is_there (disk));
  g_assert_true (vz_bundle_discard (replaced, &error));
}

static void
test_nothing_to_resume (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vz_bundle_resume (fixture->path, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
  g_assert_cmpuint (fixture_count (fixture->directory), ==, 0);
}

/* A name that exists but is not our directory must not be followed or emptied. */
static void
test_partial_is_link (Fixture *fixture, gconstpointer data)
{
  char *outside = fixture_directory ();
  g_autofree char *partial = g_build_filename (fixture->directory, ".VM.bundle.partial", NULL);
  g_autoptr (GError) error = NULL;

  fixture_write (outside, "kept", "x");
  g_assert_cmpint (symlink (outside, partial), ==, 0);
  g_assert_null (vz_bundle_create (fixture->path, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_IO);
  g_assert_cmpuint (fixture_count (outside), ==, 1);
  fixture_clear (outside);
}

static void
test_open_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vz_bundle_open (fixture->path, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (vz_bundle_open (fixture->directory, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_BUNDLE);
  g_clear_error (&error);
  fixture_write (fixture->directory, "VM.bundle", "");
  g_assert_null (vz_bundle_open (fixture->path, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_BUNDLE);
}

static void
test_malformed_identity (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VzBundle) bundle = fixture_bundle (fixture->path, ECID);
  g_autoptr (GError) error = NULL;

  fixture_write (fixture->path, "HardwareModel", "nonsense");
  g_assert_null (vz_bundle_load_hardware_model (bundle, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_BUNDLE);
  g_assert_nonnull (strstr (error->message, "hardware model: malformed property list"));
  g_assert_nonnull (strstr (error->message, fixture->path));
  g_clear_error (&error);

  fixture_write (fixture->path, "MachineIdentifier", "");
  g_assert_null (vz_bundle_load_machine_identifier (bundle, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_BUNDLE);
  g_assert_nonnull (strstr (error->message,
                            "machine identifier: malformed property list: it is empty"));
}

static void
test_disk_sizes (Fixture *fixture, gconstpointer data)
{
  static const guint64 wrong[] = { 0, 1, 511, 513, G_MAXUINT64 - 511, G_MAXUINT64 };
  g_autoptr (VzBundle) bundle = vz_bundle_create (fixture->path, NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_false (vz_bundle_create_disk_image (bundle, wrong[i], &error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
      g_clear_error (&error);
    }
  g_assert_true (vz_bundle_create_disk_image (bundle, G_GUINT64_CONSTANT (128) << 30, &error));
  g_assert_no_error (error);
  g_assert_false (vz_bundle_create_disk_image (bundle, 512, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_EXISTS);
  g_assert_true (vz_bundle_discard (bundle, NULL));
}

static void
test_delete (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VzBundle) bundle = fixture_bundle (fixture->path, ECID);
  g_autoptr (GError) error = NULL;
  VzBundleLock *lock = vz_bundle_lock_take (fixture->path, "run", &error);

  g_assert_no_error (error);
  g_assert_false (vz_bundle_delete (bundle, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_BUSY);
  g_assert_cmpuint (fixture_count (fixture->path), ==, 4); /* one says who has it */
  vz_bundle_lock_free (lock);
  g_assert_cmpuint (fixture_count (fixture->path), ==, 3);
  g_clear_error (&error);
  g_assert_true (vz_bundle_delete (bundle, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture_count (fixture->directory), ==, 0);
}

static void
add_tests (void)
{
#define ADD(name, function) g_test_add ("/bundle/" name, Fixture, NULL, setup, function, teardown)
  ADD ("create", test_create);
  ADD ("nothing-before-commit", test_nothing_before_commit);
  ADD ("exists", test_exists);
  ADD ("no-parent", test_no_parent);
  ADD ("unwritable", test_unwritable);
  ADD ("line-break", test_line_break);
  ADD ("killed-creator", test_killed_creator);
  ADD ("nothing-to-resume", test_nothing_to_resume);
  ADD ("partial-is-link", test_partial_is_link);
  ADD ("open-refused", test_open_refused);
  ADD ("malformed-identity", test_malformed_identity);
  ADD ("disk-sizes", test_disk_sizes);
  ADD ("delete", test_delete);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
