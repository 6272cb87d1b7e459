/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-image-cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foundation/file/vz-file.h"

#define DAY (24 * 3600)
#define NOW (20000 * (gint64) DAY)
#define MIB (G_GUINT64_CONSTANT (1) << 20)

typedef struct {
  char *directory;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->directory = g_dir_make_tmp ("vz-cache-XXXXXX", NULL);
  g_assert_nonnull (fixture->directory);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_true (vz_file_remove_tree (fixture->directory, NULL));
  g_free (fixture->directory);
}

static void
add (Fixture *fixture, const char *name, guint64 size, gint64 used)
{
  g_autofree char *path = g_build_filename (fixture->directory, name, NULL);
  struct timespec times[2] = { { .tv_sec = used }, { .tv_sec = used } };
  int fd = open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, (off_t) size), ==, 0);
  close (fd);
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static gboolean
is_there (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->directory, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  g_autofree char *old = vz_image_cache_dup_name ("debian-stable-x86_64", "0123456789abcdef",
                                                  1000000000, "ffeeddccbbaa9988");
  g_autofree char *new = vz_image_cache_dup_name ("debian-stable-x86_64", "0123456789abcdef",
                                                  1100000000, "0011223344556677");
  g_autofree char *path = NULL;
  g_autofree char *none = NULL;
  g_autofree char *other = NULL;
  g_autofree char *newest = NULL;

  g_assert_cmpstr (old, ==, "debian-stable-x86_64-0123456789ab-20010909T014640Z-ffeeddccbbaa.ipsw");
  g_assert_null (vz_image_cache_lookup_newest (fixture->directory, "debian-stable-x86_64",
                                               "0123456789abcdef"));
  add (fixture, new, 1, NOW);
  add (fixture, old, 1, NOW + 10);
  path = vz_image_cache_lookup (fixture->directory, old);
  g_assert_true (g_str_has_suffix (path, old));
  none = vz_image_cache_lookup (fixture->directory, "debian-x.ipsw");
  g_assert_null (none);
  newest =
    vz_image_cache_lookup_newest (fixture->directory, "debian-stable-x86_64", "0123456789abcdef");
  g_assert_true (g_str_has_suffix (newest, new));
  other =
    vz_image_cache_lookup_newest (fixture->directory, "debian-stable-x86_64", "1123456789abcdef");
  g_assert_null (other);
}

static void
test_lookup_counts_as_use (Fixture *fixture, gconstpointer data)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *path = NULL;
  struct stat info;

  add (fixture, "a.ipsw", 1, 1000);
  path = vz_image_cache_lookup (fixture->directory, "a.ipsw");
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mtime, >=, now - 5);
}

static void
test_prune_unused (Fixture *fixture, gconstpointer data)
{
  add (fixture, "old.ipsw", 1, NOW - 31 * DAY);
  add (fixture, "new.ipsw", 1, NOW - 29 * DAY);
  add (fixture, "old.txt", 1, NOW - 31 * DAY);
  vz_image_cache_prune (fixture->directory, NOW, MIB);
  g_assert_false (is_there (fixture, "old.ipsw"));
  g_assert_true (is_there (fixture, "new.ipsw"));
  g_assert_true (is_there (fixture, "old.txt"));
}

static void
test_prune_budget (Fixture *fixture, gconstpointer data)
{
  for (int i = 1; i <= 6; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d.ipsw", i);

      add (fixture, name, MIB, NOW - i * DAY);
    }
  vz_image_cache_prune (fixture->directory, NOW, 5 * MIB);
  g_assert_false (is_there (fixture, "6.ipsw"));
  g_assert_true (is_there (fixture, "5.ipsw"));
  vz_image_cache_prune (fixture->directory, NOW, MIB / 2);
  g_assert_false (is_there (fixture, "4.ipsw"));
  for (int i = 1; i <= VZ_IMAGE_CACHE_KEEP; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d.ipsw", i);

      g_assert_true (is_there (fixture, name));
    }
}

/* Of an unfinished one what is there counts, not the length that it will have; it goes with its
 * sidecar. */
static void
test_prune_unfinished (Fixture *fixture, gconstpointer data)
{
  g_autofree char *part =
    vz_image_cache_dup_part_path (fixture->directory, "https://example.org/a.ipsw");
  g_autofree char *name = g_path_get_basename (part);
  g_autofree char *sidecar = g_strconcat (name, ".state", NULL);

  g_assert_true (g_str_has_prefix (name, "fetched-") && g_str_has_suffix (name, ".ipsw.part"));
  add (fixture, name, 1000 * MIB, NOW - 9 * DAY);
  add (fixture, sidecar, 1, NOW - 9 * DAY);
  for (int i = 1; i <= VZ_IMAGE_CACHE_KEEP; i++)
    {
      g_autofree char *other = g_strdup_printf ("%d.ipsw", i);

      add (fixture, other, MIB, NOW - i * DAY);
    }
  vz_image_cache_prune (fixture->directory, NOW, 4 * MIB);
  g_assert_true (is_there (fixture, name) && is_there (fixture, sidecar));
  vz_image_cache_prune (fixture->directory, NOW, 2 * MIB);
  g_assert_false (is_there (fixture, name) || is_there (fixture, sidecar));
  add (fixture, name, MIB, NOW - 31 * DAY);
  add (fixture, sidecar, 1, NOW);
  vz_image_cache_prune (fixture->directory, NOW, 100 * MIB);
  g_assert_false (is_there (fixture, name) || is_there (fixture, sidecar));
}

static void
test_prune_in_use (Fixture *fixture, gconstpointer data)
{
  for (int i = 1; i <= 6; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d.ipsw", i);

      add (fixture, name, MIB, NOW - i * 60);
    }
  vz_image_cache_prune (fixture->directory, NOW, 1);
  g_assert_true (is_there (fixture, "6.ipsw"));
}

static gboolean
cancel (gpointer data)
{
  g_usleep (300 * 1000);
  g_cancellable_cancel (data);
  return FALSE;
}

static void
test_lock (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  int fd = vz_image_cache_lock (fixture->directory, "debian", "0123456789ab", NULL, &error);
  int other = vz_image_cache_lock (fixture->directory, "debian", "1123456789ab", NULL, &error);
  GThread *thread;

  g_assert_no_error (error);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (other, >=, 0);
  close (other);
  thread = g_thread_new ("cancel", (GThreadFunc) cancel, cancellable);
  g_assert_cmpint (vz_image_cache_lock (fixture->directory, "debian", "0123456789ab", cancellable,
                                        &error),
                   ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_thread_join (thread);
  close (fd);
  fd = vz_image_cache_lock (fixture->directory, "debian", "0123456789ab", NULL, &error);
  g_assert_no_error (error);
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/compose/cache/names", Fixture, NULL, set_up, test_names, tear_down);
  g_test_add ("/compose/cache/lookup-counts-as-use", Fixture, NULL, set_up,
              test_lookup_counts_as_use, tear_down);
  g_test_add ("/compose/cache/prune-unused", Fixture, NULL, set_up, test_prune_unused, tear_down);
  g_test_add ("/compose/cache/prune-budget", Fixture, NULL, set_up, test_prune_budget, tear_down);
  g_test_add ("/compose/cache/prune-unfinished", Fixture, NULL, set_up, test_prune_unfinished,
              tear_down);
  g_test_add ("/compose/cache/prune-in-use", Fixture, NULL, set_up, test_prune_in_use, tear_down);
  g_test_add ("/compose/cache/lock", Fixture, NULL, set_up, test_lock, tear_down);
  return g_test_run ();
}
