/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bundle-fixture.h"
#include "bundle/vz-bundle-lock.h"

#include "foundation/file/vz-file-content.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "image/chunks/vz-chunk-archive.h"
#include "image/manifest/vz-build-manifest-format.h"
#include "image/manifest/vz-component-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ECID G_GUINT64_CONSTANT (0x1661a1d30fb268d5)
#define DISK_SIZE (G_GUINT64_CONSTANT (1) << 37) /* 128 GB, of which some blocks are used */
#define CHUNK (4 << 20)

typedef struct {
  char *folder;
  char *path; /* of the bundle */
  char *backup; /* file */
  char *restored; /* bundle */
  VzBundle *bundle;
} Fixture;

/* A disk with something in its first and last chunk and across the border of two in the middle. */
static void
setup (Fixture *self, gconstpointer data)
{
  g_autofree char *disk = NULL, *storage = NULL;

  self->folder = fixture_directory ();
  self->path = g_build_filename (self->folder, "VM.bundle", NULL);
  self->backup = g_build_filename (self->folder, "vm.backup", NULL);
  self->restored = g_build_filename (self->folder, "Restored.bundle", NULL);
  self->bundle = fixture_bundle (self->path, ECID);
  disk = vz_bundle_dup_disk_image_path (self->bundle);
  storage = vz_bundle_dup_auxiliary_storage_path (self->bundle);
  g_assert_cmpint (truncate (disk, DISK_SIZE), ==, 0);
  fixture_write_at (disk, 0, "first");
  fixture_write_at (disk, DISK_SIZE / 2 - 3, "middle");
  fixture_write_at (disk, DISK_SIZE - 4, "last");
  fixture_write_at (storage, 540 * 1024, "variables");
}

static void
teardown (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->bundle);
  fixture_clear (self->folder);
  g_free (self->path);
  g_free (self->backup);
  g_free (self->restored);
}

static void
back_up (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  vz_bundle_back_up (self->bundle, self->backup, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_same_file (const char *folder, const char *other, const char *name)
{
  g_autofree char *left = g_build_filename (folder, name, NULL);
  g_autofree char *right = g_build_filename (other, name, NULL);
  struct stat a, b;

  g_assert_cmpint (stat (left, &a), ==, 0);
  g_assert_cmpint (stat (right, &b), ==, 0);
  g_assert_cmpint (a.st_size, ==, b.st_size);
  g_assert_cmpint (a.st_mtim.tv_sec, ==, b.st_mtim.tv_sec);
  g_assert_cmpint (a.st_mtim.tv_nsec, ==, b.st_mtim.tv_nsec);
  g_assert_cmpint (b.st_mode & 07777, ==, 0600);
}

static void
test_there_and_back (Fixture *self, gconstpointer data)
{
  static const char *const names[] = { "Disk.img", "AuxiliaryStorage", "HardwareModel",
                                       "MachineIdentifier", "SaveFile.vzvmsave" };
  g_autoptr (GError) error = NULL;
  g_autoptr (VzProgress) writing = vz_progress_new (0), reading = vz_progress_new (0);
  g_autoptr (VzBundle) restored = NULL;
  g_autoptr (VzMachineIdentifier) before = NULL, now = NULL;
  g_autofree char *disk = NULL, *storage = NULL, *image = NULL, *state = NULL;
  struct stat st;

  image = vz_bundle_dup_restore_image_path (self->bundle);
  state = vz_bundle_dup_save_file_path (self->bundle);
  fixture_write_at (image, 0, "an image that can be had again");
  fixture_write_at (state, 0, "a saved state");
  vz_bundle_back_up (self->bundle, self->backup, writing, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (vz_progress_get_fraction_completed (writing), ==, 1.0);
  g_assert_cmpint (stat (self->backup, &st), ==, 0);
  g_assert_cmpint (st.st_size, <, 4 << 20); /* most of it the table of digests */

  restored = vz_bundle_restore_backup (self->backup, self->restored, reading, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (vz_progress_get_fraction_completed (reading), ==, 1.0);
  g_assert_cmpstr (vz_bundle_get_path (restored), ==, self->restored);
  g_assert_cmpuint (fixture_count (self->restored), ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    assert_same_file (self->path, self->restored, names[i]);
  before = vz_bundle_load_machine_identifier (self->bundle, NULL);
  now = vz_bundle_load_machine_identifier (restored, NULL);
  g_assert_true (vz_machine_identifier_equal (before, now));
  disk = vz_bundle_dup_disk_image_path (restored);
  storage = vz_bundle_dup_auxiliary_storage_path (restored);
  fixture_assert_reads (disk, 0, "first");
  fixture_assert_reads (disk, DISK_SIZE / 2 - 3, "middle");
  fixture_assert_reads (disk, DISK_SIZE - 4, "last");
  fixture_assert_reads (storage, 540 * 1024, "variables");
  g_assert_cmpint (stat (disk, &st), ==, 0);
  g_assert_cmpint (st.st_blocks * 512, <, 1 << 20); /* holes are holes again */
}

static void
run_in (const char *folder, const char *line)
{
  g_autofree char *command = g_strdup_printf ("cd '%s'; %s", folder, line);
  const char *argv[] = { "sh", "-ec", command, NULL };
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

/* The digest over all, each chunk, and what a chunk says, with what everybody has. */
static void
test_plain_tools (Fixture *self, gconstpointer data)
{
  back_up (self);
  run_in (self->folder,
          "mkdir out; unzip -q vm.backup -d out; cd out; sha256sum -c --status "
          "BuildManifest.plist.sha256;"
          " zstd -tqr Chunks; zstd -dcq Chunks/Disk.img/000000.zst | head -c 5 | grep -qx first;"
          " zstd -dcq Chunks/HardwareModel/000000.zst | cmp - ../VM.bundle/HardwareModel");
}

static void
assert_refused (Fixture *self, const char *path, GCancellable *cancellable, GQuark domain, int code,
                const char *text)
{
  g_autoptr (GError) error = NULL;
  guint before = fixture_count (self->folder);

  g_assert_false (vz_bundle_back_up (self->bundle, path, NULL, cancellable, &error));
  g_assert_error (error, domain, code);
  g_assert_nonnull (strstr (error->message, text));
  g_assert_cmpuint (fixture_count (self->folder), ==, before);
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autofree char *inside = g_build_filename (self->path, "vm.backup", NULL);
  g_autofree char *nowhere = g_build_filename (self->folder, "none", "vm.backup", NULL);
  g_autofree char *empty = g_build_filename (self->path, "Data.img", NULL);
  g_autofree char *content = NULL;
  VzBundleLock *lock = vz_bundle_lock_take (self->path, "run", &error);

  assert_refused (self, self->backup, NULL, VZ_ERROR, VZ_ERROR_BUSY, ", run)");
  vz_bundle_lock_free (lock);
  g_cancellable_cancel (cancelled);
  assert_refused (self, self->backup, cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED, "");
  assert_refused (self, inside, NULL, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT, "in the bundle");
  assert_refused (self, nowhere, NULL, VZ_ERROR, VZ_ERROR_NOT_FOUND, "none");
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  assert_refused (self, self->backup, NULL, VZ_ERROR, VZ_ERROR_INVALID_BUNDLE, "Data.img");
  g_assert_cmpint (unlink (empty), ==, 0);
  g_assert_true (g_file_set_contents (self->backup, "mine", -1, NULL));
  assert_refused (self, self->backup, NULL, VZ_ERROR, VZ_ERROR_EXISTS, "exists");
  g_assert_true (g_file_get_contents (self->backup, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "mine");
}

static void
assert_not_restored (Fixture *self, GCancellable *cancellable, GQuark domain, int code,
                     const char *text)
{
  g_autoptr (GError) error = NULL;
  guint before = fixture_count (self->folder);

  g_assert_null (vz_bundle_restore_backup (self->backup, self->restored, NULL, cancellable,
                                           &error));
  g_assert_error (error, domain, code);
  g_assert_nonnull (strstr (error->message, text));
  g_assert_cmpuint (fixture_count (self->folder), ==, before);
}

static void
test_not_restored (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autofree char *content = NULL;
  gsize size;

  assert_not_restored (self, NULL, VZ_ERROR, VZ_ERROR_NOT_FOUND, "vm.backup");
  back_up (self);
  g_cancellable_cancel (cancelled);
  assert_not_restored (self, cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED, "");
  g_assert_cmpint (g_mkdir (self->restored, 0700), ==, 0);
  assert_not_restored (self, NULL, VZ_ERROR, VZ_ERROR_EXISTS, "exists");
  g_assert_cmpint (g_rmdir (self->restored), ==, 0);
  g_assert_true (g_file_get_contents (self->backup, &content, &size, NULL));
  g_assert_true (g_file_set_contents (self->backup, content, (gssize) size / 2, NULL));
  assert_not_restored (self, NULL, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE, "vm.backup");
  g_assert_true (g_file_set_contents (self->backup, "no backup", -1, NULL));
  assert_not_restored (self, NULL, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE, "vm.backup");
}

/* A byte that is not as it was is noticed, or of no account: then what is restored is the same. */
static void
test_flipped_bytes (Fixture *self, gconstpointer data)
{
  g_autofree char *content = NULL;
  g_autofree char *disk = vz_bundle_dup_disk_image_path (self->bundle);
  g_autofree char *restored_disk = g_build_filename (self->restored, "Disk.img", NULL);
  gsize size, noticed = 0, tried = 0;

  g_assert_cmpint (truncate (disk, 3 * CHUNK), ==, 0);
  back_up (self);
  g_assert_true (g_file_get_contents (self->backup, &content, &size, NULL));
  for (gsize at = 0; at < size; at += 1 + size / 300, tried++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VzBundle) bundle = NULL;

      content[at] ^= 0x10;
      g_assert_true (g_file_set_contents (self->backup, content, (gssize) size, NULL));
      content[at] ^= 0x10;
      bundle = vz_bundle_restore_backup (self->backup, self->restored, NULL, NULL, &error);
      if (bundle == NULL)
        {
          noticed++;
          g_assert_false (vz_file_is_there (self->restored));
          continue;
        }
      fixture_assert_reads (restored_disk, 0, "first");
      run_in (self->folder, "for f in Disk.img AuxiliaryStorage HardwareModel MachineIdentifier; do"
                            " cmp Restored.bundle/$f VM.bundle/$f; done");
      g_assert_true (vz_file_remove_tree (self->restored, NULL));
    }
  g_assert_cmpuint (tried, >, 200);
  g_assert_cmpuint (noticed, >, tried / 2);
}

typedef struct {
  const char *name; /* of the file in the manifest */
  const char *backup_of;
} Forgery;

static GBytes *
format_forged (GPtrArray *components, gpointer user_data)
{
  const Forgery *forgery = user_data;
  VzRestoreImageDescription description = {
    .operating_system = "Forged",
    .product_version = "1",
    .build_version = "1",
    .architecture = "x86_64",
    .variant = "Machine Backup",
    .minimum_cpu_count = 1,
    .minimum_memory_size = 1 << 20,
    .backup_of = forgery->backup_of,
  };
  VzComponent *last = components->pdata[components->len - 1];

  g_free (last->name);
  last->name = g_strdup (forgery->name);
  return vz_build_manifest_format (&description, components);
}

static void
forge (Fixture *self, const Forgery *forgery)
{
  static const char *const names[] = { "HardwareModel", "MachineIdentifier", "AuxiliaryStorage" };
  g_autoptr (VzChunkArchive) archive = vz_chunk_archive_new (self->backup);
  g_autoptr (GError) error = NULL;

  unlink (self->backup);
  vz_chunk_archive_add_digest (archive);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (VzComponent) component = vz_component_new ();
      g_autofree char *path = g_build_filename (self->path, names[i], NULL);
      int fd VZ_AUTO_CLOSE = open (path, O_RDONLY | O_CLOEXEC);

      component->name = g_strdup (names[i]);
      vz_chunk_archive_add (archive, component, fd, &error);
      g_assert_no_error (error);
    }
  vz_chunk_archive_write (archive, format_forged, (gpointer) forgery, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Files whose digests are all right, made to write where they should not, or something else. */
static void
test_forged (Fixture *self, gconstpointer data)
{
  static const struct {
    Forgery forgery;
    const char *text;
  } rows[] = {
    { { "../escaped", "x" }, "../escaped" },
    { { "/etc/escaped", "x" }, "/etc/escaped" },
    { { ".hidden", "x" }, ".hidden" },
    { { "RestoreImage.ipsw", "x" }, "RestoreImage.ipsw" },
    { { "AuxiliaryStorage", NULL }, "not a machine's backup" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      forge (self, &rows[i].forgery);
      assert_not_restored (self, NULL, VZ_ERROR, VZ_ERROR_INVALID_RESTORE_IMAGE, rows[i].text);
    }
}

/* It looks like a restore image, and says what it is instead. */
static void
test_is_not_installed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzRestoreImage) image = NULL;
  const char *const *reasons;

  back_up (self);
  image = vz_restore_image_load (self->backup, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (vz_restore_image_is_supported (image));
  reasons = vz_restore_image_get_unsupported_reasons (image);
  g_assert_nonnull (strstr (reasons[0], "restore-backup"));
  g_assert_null (reasons[1]);
}

static void
on_restored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzBundle) bundle = vz_bundle_restore_backup_finish (result, &error);

  g_assert_no_error (error);
  g_assert_nonnull (bundle);
  g_main_loop_quit (data);
}

static void
on_backed_up (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vz_bundle_back_up_finish (VZ_BUNDLE (source), result, &error));
  g_assert_no_error (error);
  g_main_loop_quit (data);
}

static void
test_async (Fixture *self, gconstpointer data)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  vz_bundle_back_up_async (self->bundle, self->backup, NULL, NULL, on_backed_up, loop);
  g_main_loop_run (loop);
  vz_bundle_restore_backup_async (self->backup, self->restored, NULL, NULL, on_restored, loop);
  g_main_loop_run (loop);
  g_assert_true (vz_file_is_there (self->restored));
}

static void
add_tests (void)
{
  g_test_add ("/backup/there-and-back", Fixture, NULL, setup, test_there_and_back, teardown);
  g_test_add ("/backup/plain-tools", Fixture, NULL, setup, test_plain_tools, teardown);
  g_test_add ("/backup/refused", Fixture, NULL, setup, test_refused, teardown);
  g_test_add ("/backup/not-restored", Fixture, NULL, setup, test_not_restored, teardown);
  g_test_add ("/backup/flipped-bytes", Fixture, NULL, setup, test_flipped_bytes, teardown);
  g_test_add ("/backup/forged", Fixture, NULL, setup, test_forged, teardown);
  g_test_add ("/backup/is-not-installed", Fixture, NULL, setup, test_is_not_installed, teardown);
  g_test_add ("/backup/async", Fixture, NULL, setup, test_async, teardown);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
