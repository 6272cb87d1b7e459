/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* What stands in the image is checked with the programs that everybody has. */
static void
test_plain_tools (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  const char *image = fixture_write (fixture, "a.ipsw");
  g_autofree char *command = NULL;
  g_autofree char *output = NULL;

  command = g_strdup_printf ("unzip -tqq '%s'", image);
  fixture_run (fixture, command, NULL);
  g_free (command);
  command = g_strdup_printf ("unzip -q '%s' -d out && zstd -tqr out/Chunks && plistutil -i "
                             "out/BuildManifest.plist >/dev/null"
                             " && ls out/Chunks/RootFileSystem",
                             image);
  fixture_run (fixture, command, &output);
  /* chunks 1 (a hole) and 2 (zeros on the disk) are absent */
  g_assert_cmpstr (output, ==, "000000.zst\n000003.zst\n000004.zst\n");
}

static void
test_deterministic (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  gsize first_size, second_size;

  g_assert_true (g_file_get_contents (fixture_write (fixture, "a.ipsw"), &first, &first_size,
                                      NULL));
  g_setenv ("TZ", "Pacific/Auckland", TRUE);
  g_assert_true (g_file_get_contents (fixture_write (fixture, "b.ipsw"), &second, &second_size,
                                      NULL));
  g_unsetenv ("TZ");
  g_assert_cmpmem (first, first_size, second, second_size);
}

static void
test_never_replaces (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *path = fixture_path (fixture, "a.ipsw");
  g_autoptr (VzRestoreImageWriter) writer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;

  writer = fixture_writer (fixture, path);
  g_assert_true (g_file_set_contents (path, "mine", -1, NULL));
  g_assert_false (vz_restore_image_writer_finish (writer, NULL, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_EXISTS);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "mine");
}

static void
test_cancelled_leaves_nothing (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *path = fixture_path (fixture, "sub/a.ipsw");
  g_autofree char *folder = fixture_path (fixture, "sub");
  g_autoptr (VzRestoreImageWriter) writer = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  writer = fixture_writer (fixture, path);
  g_cancellable_cancel (cancellable);
  g_assert_false (vz_restore_image_writer_finish (writer, NULL, cancellable, &error));
  g_assert_true (vz_error_is_cancelled (error));
  g_clear_pointer (&writer, vz_restore_image_writer_free);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_refusals (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *path = fixture_path (fixture, "a.ipsw");
  g_autoptr (VzRestoreImageWriter) writer = vz_restore_image_writer_new (path);
  VzRestoreImageDescription description = fixture_description ();
  VzComponentInfo info = { 0 };
  static const char *const names[] = { "", "..", "a/b", ".hidden", "a b" };
  int fd;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (vz_restore_image_writer_add_component (writer, names[i], &info,
                                                             fixture->raw_fd, &error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
    }
  {
    g_autoptr (GError) error = NULL;

    fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
    g_assert_false (vz_restore_image_writer_add_component (writer, "x", &info, fd, &error));
    g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
    close (fd);
  }
  {
    g_autoptr (GError) error = NULL;

    description.architecture = "m68k";
    g_assert_false (vz_restore_image_writer_set_description (writer, &description, &error));
    g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  }
  {
    g_autoptr (GError) error = NULL;

    g_assert_false (vz_restore_image_writer_finish (writer, NULL, NULL, &error));
    g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/restore/writer/plain-tools", test_plain_tools);
  g_test_add_func ("/restore/writer/deterministic", test_deterministic);
  g_test_add_func ("/restore/writer/never-replaces", test_never_replaces);
  g_test_add_func ("/restore/writer/cancelled-leaves-nothing", test_cancelled_leaves_nothing);
  g_test_add_func ("/restore/writer/refusals", test_refusals);
  return g_test_run ();
}
