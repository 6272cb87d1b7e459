/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image-fixture.h"

#include "image/vz-restore-component.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define OFFSET (1024 * 1024)
#define DISK_SIZE (64 * 1024 * 1024)

static VzRestoreImage *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  VzRestoreImage *image = vz_restore_image_load (path, NULL, &error);

  g_assert_no_error (error);
  return image;
}

static int
create_disk (Fixture *fixture)
{
  g_autofree char *path = fixture_path (fixture, "Disk.img");
  int fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_cmpint (ftruncate (fd, DISK_SIZE), ==, 0);
  return fd;
}

static void
assert_equal (int fd, off_t offset, int expected_fd, gsize size)
{
  g_autofree guint8 *found = g_malloc (size);
  g_autofree guint8 *expected = g_malloc (size);

  g_assert_cmpint (pread (fd, found, size, offset), ==, (gssize) size);
  g_assert_cmpint (pread (expected_fd, expected, size, 0), ==, (gssize) size);
  g_assert_true (memcmp (found, expected, size) == 0);
}

static void
test_round_trip (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (VzRestoreImage) image = load (fixture_write (fixture, "a.ipsw"));
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_autoptr (GError) error = NULL;
  struct stat st;
  int disk = create_disk (fixture);

  vz_progress_set_total (progress, vz_restore_component_get_work (image, "RootFileSystem"));
  vz_restore_component_to_fd (image, "RootFileSystem", disk, OFFSET, progress, NULL, &error);
  g_assert_no_error (error);
  assert_equal (disk, OFFSET, fixture->raw_fd, FIXTURE_ROOT_SIZE);
  g_assert_cmpfloat (vz_progress_get_fraction_completed (progress), ==, 1.0);
  /* 4 MiB, 1 MiB, 4 KiB and 1 MiB have data; the file system may take a little more */
  g_assert_cmpint (fstat (disk, &st), ==, 0);
  g_assert_cmpint (st.st_blocks * 512, <=, 6 * 1024 * 1024 + 128 * 1024);
  g_assert_cmpint (st.st_size, ==, DISK_SIZE);
  close (disk);
}

/* What stood at the place before must not shine through the holes. */
static void
test_over_old_content (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (VzRestoreImage) image = load (fixture_write (fixture, "a.ipsw"));
  g_autofree guint8 *junk = g_malloc (DISK_SIZE);
  g_autoptr (GError) error = NULL;
  int disk = create_disk (fixture);
  guint8 around[2];

  memset (junk, 0x5a, DISK_SIZE);
  g_assert_cmpint (pwrite (disk, junk, DISK_SIZE, 0), ==, DISK_SIZE);
  vz_restore_component_to_fd (image, "RootFileSystem", disk, OFFSET, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_equal (disk, OFFSET, fixture->raw_fd, FIXTURE_ROOT_SIZE);
  g_assert_cmpint (pread (disk, &around[0], 1, OFFSET - 1), ==, 1);
  g_assert_cmpint (pread (disk, &around[1], 1, OFFSET + FIXTURE_ROOT_SIZE), ==, 1);
  g_assert_cmpint (around[0], ==, 0x5a);
  g_assert_cmpint (around[1], ==, 0x5a);
  close (disk);
}

static void
test_too_short (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (VzRestoreImage) image = load (fixture_write (fixture, "a.ipsw"));
  g_autoptr (GError) error = NULL;
  int disk = create_disk (fixture);

  g_assert_false (vz_restore_component_to_fd (image, "RootFileSystem", disk,
                                              DISK_SIZE - FIXTURE_ROOT_SIZE + 1, NULL, NULL,
                                              &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (vz_restore_component_to_fd (image, "Other", disk, 0, NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
  close (disk);
}

/* Changes one byte in the middle of the member; the zip's directory stays as it is. */
static void
damage (const char *path, const char *member)
{
  g_autofree char *data = NULL;
  char *found;
  gsize size;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  found = memmem (data, size, member, strlen (member)); /* in the local header */
  g_assert_nonnull (found);
  found[strlen (member) + 5000] ^= 1;
  g_assert_true (g_file_set_contents (path, data, (gssize) size, NULL));
}

static void
test_damage_is_named (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  const char *path = fixture_write (fixture, "a.ipsw");
  g_autoptr (VzRestoreImage) image = NULL;
  g_autoptr (GError) error = NULL;
  int disk = create_disk (fixture);

  damage (path, "Chunks/RootFileSystem/000003.zst");
  image = load (path);
  g_assert_false (vz_restore_component_to_fd (image, "RootFileSystem", disk, 0, NULL, NULL,
                                              &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_DIGEST_MISMATCH);
  g_assert_true (g_str_has_prefix (error->message, "component RootFileSystem, chunk 3: "));
  g_assert_nonnull (strstr (error->message, " found, "));
  g_clear_error (&error);
  g_assert_false (vz_restore_image_verify (image, NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_DIGEST_MISMATCH);
  g_assert_nonnull (strstr (error->message, "chunk 3"));
  close (disk);
}

static void
test_verify (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (VzRestoreImage) image = load (fixture_write (fixture, "a.ipsw"));
  g_autoptr (VzProgress) progress = vz_progress_new (0);
  g_autoptr (GError) error = NULL;

  vz_restore_image_verify (image, progress, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (vz_progress_get_fraction_completed (progress), ==, 1.0);
}

static void
cancel_when_begun (GObject *object, GParamSpec *pspec, gpointer data)
{
  g_cancellable_cancel (data);
}

static gpointer
restore_in_thread (gpointer data)
{
  gpointer *arguments = data;
  GError *error = NULL;

  if (vz_restore_component_to_fd (arguments[0], "RootFileSystem", GPOINTER_TO_INT (arguments[1]), 0,
                                  arguments[2], arguments[3], &error))
    return NULL;
  return error;
}

/* Cancels as soon as the first chunk was counted. A small machine may be done by then. */
static void
test_cancel_midway (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (VzRestoreImage) image = load (fixture_write (fixture, "a.ipsw"));
  g_autoptr (VzProgress) progress = vz_progress_new (1 << 30);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  int disk = create_disk (fixture);
  gpointer arguments[] = { image, GINT_TO_POINTER (disk), progress, cancellable };
  GThread *thread;
  g_autoptr (GError) error = NULL;

  g_signal_connect (progress, "notify::fraction-completed", G_CALLBACK (cancel_when_begun),
                    cancellable);
  thread = g_thread_new ("restore", restore_in_thread, arguments);
  while (!g_cancellable_is_cancelled (cancellable))
    g_main_context_iteration (NULL, TRUE);
  error = g_thread_join (thread);
  g_assert_true (error == NULL || vz_error_is_cancelled (error));
  close (disk);
}

static void
test_cancelled_before (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (VzRestoreImage) image = load (fixture_write (fixture, "a.ipsw"));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  int disk = create_disk (fixture);

  g_cancellable_cancel (cancellable);
  g_assert_false (vz_restore_component_to_fd (image, "RootFileSystem", disk, 0, NULL, cancellable,
                                              &error));
  g_assert_true (vz_error_is_cancelled (error));
  close (disk);
}

/* A failed write says where it was. */
static void
test_write_failure (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (VzRestoreImage) image = load (fixture_write (fixture, "a.ipsw"));
  g_autoptr (GError) error = NULL;
  struct rlimit old, small = { 2 * 1024 * 1024, RLIM_INFINITY };
  int disk = create_disk (fixture);

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  small.rlim_max = old.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (vz_restore_component_to_fd (image, "RootFileSystem", disk, 0, NULL, NULL,
                                              &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "cannot write at byte"));
  close (disk);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/restore/pipeline/round-trip", test_round_trip);
  g_test_add_func ("/restore/pipeline/over-old-content", test_over_old_content);
  g_test_add_func ("/restore/pipeline/too-short", test_too_short);
  g_test_add_func ("/restore/pipeline/damage-is-named", test_damage_is_named);
  g_test_add_func ("/restore/pipeline/verify", test_verify);
  g_test_add_func ("/restore/pipeline/cancel-midway", test_cancel_midway);
  g_test_add_func ("/restore/pipeline/cancelled-before", test_cancelled_before);
  g_test_add_func ("/restore/pipeline/write-failure", test_write_failure);
  return g_test_run ();
}
