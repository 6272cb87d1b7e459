/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-compose-host.h"

#include <glib/gstdio.h>

static void
test_subids (void)
{
  g_assert_true (vz_subid_text_has_range ("me:100000:65536\n", "me", 1000));
  g_assert_true (vz_subid_text_has_range ("a:1:1\n1000:100000:65536\n", "me", 1000));
  g_assert_true (vz_subid_text_has_range ("me:100000:1000\nme:200000:65535", "me", 1000));
  g_assert_false (vz_subid_text_has_range ("", "me", 1000));
  g_assert_false (vz_subid_text_has_range ("you:100000:65536\n", "me", 1000));
  g_assert_false (vz_subid_text_has_range ("me:100000:65534\n", "me", 1000));
  g_assert_false (vz_subid_text_has_range ("me:100000:many\nme:1", "me", 1000));
}

/* The range that is proposed is nobody's yet. */
static void
test_free_range (void)
{
  static const struct {
    const char *text;
    guint uid;
    guint64 first;
  } rows[] = {
    { "", 1000, 100000 },
    { "you:100000:65536\n", 1000, 165536 },
    { "you:165536:65536\nme:100000:65536\n", 1000, 231072 },
    { "you:100000:1000\n", 1000, 101000 },
    { "you:120000:10\nshe:150000:10\n", 1000, 150010 },
    { "you:200000:65536\n", 1000, 100000 },
    { "# text\nyou:many:1\n::\n", 1000, 100000 },
    { "", 130000, 130001 },
    { "you:100000:4294967295\n", 1000, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (vz_subid_text_find_free (rows[i].text, rows[i].uid), ==, rows[i].first);
}

static void
test_architectures (void)
{
  g_assert_cmpstr (vz_debian_architecture ("x86_64"), ==, "amd64");
  g_assert_cmpstr (vz_debian_architecture ("aarch64"), ==, "arm64");
  g_assert_null (vz_debian_architecture ("riscv64"));
  g_assert_null (vz_debian_architecture (NULL));
}

/* Other distributions than Debian have the keys too, and Debian has changed the name's end. */
static void
test_keyring (void)
{
  g_autofree char *dir = g_dir_make_tmp ("vz-test-XXXXXX", NULL);
  g_autofree char *keyrings = g_build_filename (dir, "keyrings", NULL);
  g_autofree char *path = g_build_filename (keyrings, "debian-archive-keyring.pgp", NULL);
  const char *expected = g_getenv ("TEST_KEYRING");

  if (expected != NULL)
    {
      g_autofree char *found = vz_distribution_find_keyring (vz_distribution_find ("debian"));

      g_assert_cmpstr (found != NULL ? found : "", ==, expected);
      return;
    }
  g_assert_cmpint (g_mkdir (keyrings, 0755), ==, 0);
  g_setenv ("XDG_DATA_DIRS", dir, TRUE);
  g_setenv ("TEST_KEYRING", "", TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
  g_file_set_contents (path, "keys", -1, NULL);
  g_setenv ("TEST_KEYRING", path, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
  g_remove (path);
  g_rmdir (keyrings);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compose/host/subids", test_subids);
  g_test_add_func ("/compose/host/free-range", test_free_range);
  g_test_add_func ("/compose/host/architectures", test_architectures);
  g_test_add_func ("/compose/host/keyring", test_keyring);
  return g_test_run ();
}
