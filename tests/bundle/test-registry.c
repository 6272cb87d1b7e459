/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <stdlib.h>

#include "bundle-fixture.h"
#include "bundle/vz-bundle-private.h"
#include "foundation/file/vz-file.h"

static void
assert_list (const char *const *paths)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) bundles = vz_bundle_list (&error);
  guint n = g_strv_length ((char **) paths);

  g_assert_no_error (error);
  g_assert_cmpuint (bundles->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpstr (vz_bundle_get_path (g_ptr_array_index (bundles, i)), ==, paths[i]);
}

#define LIST(...) assert_list ((const char *const[]){ __VA_ARGS__ __VA_OPT__ (, ) NULL })

static void
assert_paths (const char *const *paths)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) found = vz_bundle_list_paths (&error);

  g_assert_no_error (error);
  g_assert_cmpstrv (found, (char **) paths);
}

#define PATHS(...) assert_paths ((const char *const[]){ __VA_ARGS__ __VA_OPT__ (, ) NULL })

static void
test_list (void)
{
  char *directory = fixture_directory ();
  g_autofree char *a = g_build_filename (directory, "a.bundle", NULL);
  g_autofree char *b = g_build_filename (directory, "b.bundle", NULL);
  g_autofree char *moved = g_build_filename (directory, "c.bundle", NULL);
  g_autofree char *usual = g_build_filename (g_get_home_dir (), "VM.bundle", NULL);
  g_autoptr (VzBundle) bundle_b = NULL;
  g_autoptr (VzBundle) home = NULL;

  LIST ();
  g_object_unref (fixture_bundle (a, 1));
  bundle_b = fixture_bundle (b, 2);
  LIST (a, b);

  /* ~/VM.bundle is found though not registered, and listed once even if it is registered later. */
  g_assert_cmpint (g_mkdir_with_parents (g_get_home_dir (), 0700), ==, 0);
  home = fixture_bundle (usual, 3);
  g_assert_true (vz_bundle_delete (home, NULL));
  LIST (a, b);
  g_clear_object (&home);
  home = fixture_bundle (usual, 3);
  {
    g_autoptr (GPtrArray) bundles = vz_bundle_list (NULL);

    g_assert_cmpuint (bundles->len, ==, 3);
  }
  g_assert_true (vz_bundle_delete (home, NULL));

  /* Missing for a while: remembered. Moved: listed once, in its new place, when opened there. */
  g_assert_cmpint (g_rename (b, moved), ==, 0);
  LIST (a);
  PATHS (a, b);
  g_assert_cmpint (g_rename (moved, b), ==, 0);
  LIST (a, b);
  g_assert_cmpint (g_rename (b, moved), ==, 0);
  g_object_unref (vz_bundle_look (moved, NULL));
  PATHS (a, b);
  g_object_unref (vz_bundle_open (moved, NULL));
  LIST (a, moved);
  PATHS (a, moved);
  fixture_clear (directory);
  LIST ();
  PATHS (a, moved);
  g_assert_true (vz_bundle_forget (a, NULL));
  g_assert_false (vz_bundle_forget (a, NULL));
  g_assert_true (vz_bundle_forget (moved, NULL));
  PATHS ();
}

static void
test_copied (void)
{
  char *directory = fixture_directory ();
  g_autofree char *a = g_build_filename (directory, "a.bundle", NULL);
  g_autofree char *b = g_build_filename (directory, "b.bundle", NULL);
  g_autoptr (VzBundle) first = fixture_bundle (a, 7);
  g_autoptr (VzBundle) second = fixture_bundle (b, 7);
  g_autofree char *other = vz_bundle_registry_find_other (first);

  g_autofree char *back = vz_bundle_registry_find_other (second);

  g_assert_cmpstr (back, ==, a);
  g_assert_cmpstr (other, ==, b);
  LIST (a, b); /* neither replaces the other */
  fixture_clear (directory);
}

static void
add_tests (void)
{
  g_test_add_func ("/registry/list", test_list);
  g_test_add_func ("/registry/copied", test_copied);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
