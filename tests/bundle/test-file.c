/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle-fixture.h"
#include "foundation/file/vz-file.h"

#define BLOCK 200000

static void
test_write_and_read (void)
{
  char *directory = fixture_directory ();
  g_autofree char *path = g_build_filename (directory, "file", NULL);
  g_autoptr (GBytes) data = g_bytes_new_static ("one", 3);
  g_autoptr (GBytes) other = g_bytes_new_static ("other", 5);
  g_autoptr (GBytes) found = NULL;
  g_autoptr (GError) error = NULL;
  struct stat st;

  g_assert_true (vz_file_write (path, data, 0600, &error));
  g_assert_true (vz_file_write (path, other, 0640, &error));
  g_assert_no_error (error);
  found = vz_file_read (path, 5, &error);
  g_assert_true (g_bytes_equal (found, other));
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0640);
  g_assert_cmpuint (fixture_count (directory), ==, 1);

  g_assert_null (vz_file_read (path, 4, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (vz_file_read (directory, 4, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
  fixture_clear (directory);
}

static void
write_for_ever (const char *path)
{
  g_autofree char *text = g_malloc (BLOCK);

  for (guint i = 0;; i++)
    {
      g_autoptr (GBytes)
        data = g_bytes_new_static (memset (text, 'a' + (int) (i % 26), BLOCK), BLOCK);

      if (!vz_file_write (path, data, 0600, NULL))
        _exit (1);
    }
}

static void
test_killed_writer (void)
{
  char *directory = fixture_directory ();
  g_autofree char *path = g_build_filename (directory, "file", NULL);

  for (guint i = 0; i < 15; i++)
    {
      g_autoptr (GBytes) found = NULL;
      g_autoptr (GError) error = NULL;
      const char *text;
      gsize size;
      pid_t pid = fork ();

      if (pid == 0)
        write_for_ever (path);
      g_usleep (g_test_rand_int_range (1000, 20000));
      fixture_kill (pid);
      if (!vz_file_is_there (path))
        continue;
      found = vz_file_read (path, BLOCK, &error);
      g_assert_no_error (error);
      text = g_bytes_get_data (found, &size);
      g_assert_cmpuint (size, ==, BLOCK);
      g_assert_cmpint (text[0], ==, text[BLOCK - 1]);
    }
  fixture_clear (directory);
}

static void
test_copy (void)
{
  char *directory = fixture_directory ();
  g_autofree char *from = g_build_filename (directory, "from", NULL);
  g_autofree char *to = g_build_filename (directory, "to", NULL);
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;
  struct stat st;
  int fd = open (from, O_RDWR | O_CREAT, 0600);
  gsize size;

  g_assert_cmpint (ftruncate (fd, 64 << 20), ==, 0);
  g_assert_cmpint (pwrite (fd, "data", 4, 32 << 20), ==, 4);
  close (fd);
  g_assert_true (vz_file_copy (from, to, 0600, FALSE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (stat (to, &st), ==, 0);
  g_assert_cmpint (st.st_size, ==, 64 << 20);
  g_assert_cmpint (st.st_blocks, <, 1024);
  g_assert_true (g_file_get_contents (to, &found, &size, NULL));
  g_assert_cmpmem (found + (32 << 20), 4, "data", 4);

  g_assert_false (vz_file_copy (from, to, 0600, FALSE, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_true (vz_file_copy (from, to, 0600, TRUE, &error));
  g_assert_cmpuint (fixture_count (directory), ==, 2);
  fixture_clear (directory);
}

static void
test_remove_tree (void)
{
  char *directory = fixture_directory ();
  char *outside = fixture_directory ();
  g_autofree char *deep = g_build_filename (directory, "a", "b", "c", NULL);
  g_autofree char *link = g_build_filename (directory, "a", "link", NULL);
  g_autoptr (GError) error = NULL;

  fixture_write (outside, "kept", "x");
  g_assert_cmpint (g_mkdir_with_parents (deep, 0700), ==, 0);
  fixture_write (deep, "file", "x");
  g_assert_cmpint (symlink (outside, link), ==, 0);
  g_assert_true (vz_file_remove_tree (directory, &error));
  g_assert_no_error (error);
  g_assert_false (vz_file_is_there (directory));
  g_assert_cmpuint (fixture_count (outside), ==, 1);
  g_assert_true (vz_file_remove_tree (directory, &error));
  g_free (directory);
  fixture_clear (outside);
}

static void
test_free_space (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vz_file_check_space ("/tmp/not/there/yet", 1, "here", &error));
  g_assert_no_error (error);
  g_assert_false (vz_file_check_space ("/tmp/not/there/yet", G_MAXUINT64, "for this test", &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_OUT_OF_DISK_SPACE);
  g_assert_true (g_str_has_prefix (error->message, "'/tmp/not/there/yet': "));
  g_assert_true (g_str_has_suffix (error->message, " are needed for this test"));
}

static void
add_tests (void)
{
  g_test_add_func ("/file/write-and-read", test_write_and_read);
  g_test_add_func ("/file/killed-writer", test_killed_writer);
  g_test_add_func ("/file/copy", test_copy);
  g_test_add_func ("/file/remove-tree", test_remove_tree);
  g_test_add_func ("/file/free-space", test_free_space);
}

int
main (int argc, char **argv)
{
  return fixture_run (argc, argv, add_tests);
}
