/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-destination.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foundation/file/vz-check-destination.h"
#include "foundation/file/vz-file.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)

static void
assert_refused (const char *path, const VzDestination *wanted, VzError code, const char *word)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_destination_check (path, wanted, &error));
  g_assert_error (error, VZ_ERROR, (gint) code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, word));
}

static void
test_good (void)
{
  g_autofree char *folder = g_dir_make_tmp ("vz-destination-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "Bücher: x?", NULL);
  const VzDestination sparse = { .data = 1 << 20, .length = 128 * GIB, .largest = 128 * GIB };
  const VzDestination inside = { .flags = VZ_DESTINATION_FOLDER | VZ_DESTINATION_LINKS, .data = 1 };
  g_autoptr (GError) error = NULL;

  g_assert_true (vz_destination_check (path, &sparse, &error));
  g_assert_true (vz_destination_check (folder, &inside, &error));
  g_assert_true (vz_check_destination (path, TRUE, 0, 0, 0, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_rmdir (folder), ==, 0); /* nothing is left */
}

static void
test_place (void)
{
  g_autofree char *folder = g_dir_make_tmp ("vz-destination-XXXXXX", NULL);
  g_autofree char *below = g_build_filename (folder, "none", "file", NULL);
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autofree char *in_file = g_build_filename (file, "x", NULL);
  g_autofree char *name = g_strnfill (240, 'a');
  g_autofree char *far = g_build_filename (folder, name, NULL);
  const VzDestination anything = { 0 };
  const VzDestination inside = { .flags = VZ_DESTINATION_FOLDER };
  const VzDestination huge = { .data = G_MAXINT64, .length = G_MAXINT64 };

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  assert_refused (below, &anything, VZ_ERROR_NOT_FOUND, "none");
  assert_refused (below, &inside, VZ_ERROR_NOT_FOUND, "none");
  assert_refused (in_file, &anything, VZ_ERROR_INVALID_ARGUMENT, "not a folder");
  assert_refused (far, &anything, VZ_ERROR_INVALID_ARGUMENT, "240");
  assert_refused (file, &huge, VZ_ERROR_OUT_OF_DISK_SPACE, "free some");
  g_assert_true (vz_file_remove_tree (folder, NULL));
}

static void
test_rights (void)
{
  g_autofree char *folder = g_dir_make_tmp ("vz-destination-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  const VzDestination anything = { 0 };

  if (geteuid () == 0)
    assert_refused ("/proc/self/x", &anything, VZ_ERROR_IO, "proc");
  else
    {
      g_assert_cmpint (g_chmod (folder, 0500), ==, 0);
      assert_refused (path, &anything, VZ_ERROR_IO, "choose a folder");
    }
  g_assert_true (vz_file_remove_tree (folder, NULL));
}

/* The shell's limit on files. */
static void
test_limit (void)
{
  g_autofree char *folder = g_dir_make_tmp ("vz-destination-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  const VzDestination large = { .data = 1, .length = 2 * GIB, .largest = 2 * GIB };
  struct rlimit before, limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = GIB;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  assert_refused (path, &large, VZ_ERROR_NOT_SUPPORTED, "ulimit");
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_true (vz_file_remove_tree (folder, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/destination/good", test_good);
  g_test_add_func ("/destination/place", test_place);
  g_test_add_func ("/destination/rights", test_rights);
  g_test_add_func ("/destination/limit", test_limit);
  return g_test_run ();
}
