/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-file-system.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foundation/file/vz-file-content.h"
#include "foundation/file/vz-file.h"

/* The library lacking.so is preloaded (meson.build): each case runs with everything, and with each
 * call failing in each of the ways that file systems have for it. */

#define BLOCK 65536

static const char *const calls[] = { "renameat2",       "linkat",    "fallocate",
                                     "copy_file_range", "fchmod",    "fsync",
                                     "SEEK_DATA",       "O_TMPFILE", "syncfs" };
static const char *const errors[] = { "EINVAL", "ENOSYS", "EOPNOTSUPP", "EPERM" };

typedef void (*Case) (const char *folder);

static void
run_with (Case run, const char *lacking)
{
  g_autofree char *folder = g_dir_make_tmp ("vz-file-system-XXXXXX", NULL);

  g_assert_nonnull (folder);
  if (lacking != NULL)
    g_test_message ("without %s", lacking);
  if (lacking != NULL)
    g_setenv ("VZ_LACKING", lacking, TRUE);
  run (folder);
  g_unsetenv ("VZ_LACKING");
  g_assert_true (vz_file_remove_tree (folder, NULL));
}

static void
run_all (gconstpointer data)
{
  Case run = *(const Case *) data;

  run_with (run, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (errors); k++)
      {
        g_autofree char *lacking = g_strdup_printf ("%s=%s", calls[i], errors[k]);

        run_with (run, lacking);
      }
  for (gsize k = 0; k < G_N_ELEMENTS (errors); k++) /* vfat has none of them */
    {
      g_autoptr (GString) lacking = g_string_new (NULL);

      for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
        g_string_append_printf (lacking, "%s%s=%s", i > 0 ? "," : "", calls[i], errors[k]);
      run_with (run, lacking->str);
    }
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint count = 0;

  while (g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

static void
assert_content (const char *path, const char *expected)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

static void
case_write (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autoptr (GBytes) first = g_bytes_new_static ("first", 5);
  g_autoptr (GBytes) second = g_bytes_new_static ("second", 6);
  g_autoptr (GError) error = NULL;

  g_assert_true (vz_file_write (path, first, 0600, &error));
  assert_content (path, "first");
  g_assert_true (vz_file_write (path, second, 0600, &error));
  assert_content (path, "second");
  g_assert_no_error (error);
  g_assert_cmpuint (count_files (folder), ==, 1);
}

static void
case_rename (const char *folder)
{
  g_autofree char *from = g_build_filename (folder, "from", NULL);
  g_autofree char *to = g_build_filename (folder, "to", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (from, "from", -1, NULL));
  g_assert_true (vz_file_rename_no_replace (from, to, &error));
  g_assert_false (vz_file_is_there (from));
  assert_content (to, "from");
  g_assert_true (g_file_set_contents (from, "again", -1, NULL));
  g_assert_false (vz_file_rename_no_replace (from, to, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_EXISTS);
  assert_content (to, "from");
  assert_content (from, "again");
  g_unlink (to);
  g_unlink (from);
  g_clear_error (&error);
  g_assert_cmpint (g_mkdir (from, 0700), ==, 0);
  g_assert_true (vz_file_rename_no_replace (from, to, &error));
  g_assert_cmpint (g_mkdir (from, 0700), ==, 0);
  g_assert_false (vz_file_rename_no_replace (from, to, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_EXISTS);
  g_assert_cmpuint (count_files (folder), ==, 2);
}

/* Whoever may not overwrite does not, and what is published has its mode and content. */
static void
case_publish (const char *folder)
{
  g_autofree char *hidden = g_build_filename (folder, ".hidden", NULL);
  g_autofree char *path = g_build_filename (folder, "file", NULL);

  for (guint i = 0; i < 2; i++)
    {
      gboolean unnamed;
      int fd VZ_AUTO_CLOSE = vz_fs_open_new (hidden, 0600, &unnamed);
      struct stat st;

      g_assert_cmpint (fd, >=, 0);
      g_assert_cmpint (write (fd, "text", 4), ==, 4);
      g_assert_true (vz_fs_publish (fd, unnamed, hidden, path, FALSE) == (i == 0));
      if (i == 1)
        g_assert_cmpint (errno, ==, EEXIST);
      if (i == 1 && !unnamed)
        g_unlink (hidden);
      assert_content (path, "text");
      g_assert_cmpint (stat (path, &st), ==, 0);
      g_assert_cmpuint (st.st_mode & 0777, ==, 0600);
      g_assert_cmpuint (count_files (folder), ==, 1);
    }
}

/* A file of 64 blocks with data in two of them; what it takes on the disk is two blocks and a
 * little. */
static int
make_sparse (const char *path)
{
  g_autofree guint8 *block = g_malloc (BLOCK);
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  memset (block, 7, BLOCK);
  g_assert_cmpint (ftruncate (fd, 64 * BLOCK), ==, 0);
  g_assert_cmpint (pwrite (fd, block, BLOCK, 10 * BLOCK), ==, BLOCK);
  g_assert_cmpint (pwrite (fd, block, BLOCK, 63 * BLOCK), ==, BLOCK);
  g_assert_cmpint (fdatasync (fd), ==, 0);
  return fd;
}

static void
case_copy (const char *folder)
{
  g_autofree char *from = g_build_filename (folder, "from", NULL);
  g_autofree char *to = g_build_filename (folder, "to", NULL);
  g_autofree char *other = g_build_filename (folder, "other", NULL);
  g_autoptr (GError) error = NULL;
  int source VZ_AUTO_CLOSE = make_sparse (from);
  int target VZ_AUTO_CLOSE = open (to, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_autofree char *first = NULL, *second = NULL, *third = NULL;
  gsize length, copied;
  struct stat st;
  guint64 data;

  g_assert_true (vz_file_content_measure (source, &data, &error));
  g_assert_cmpuint (data, >=, 2 * BLOCK);
  g_assert_cmpuint (data, <, 8 * BLOCK);
  g_assert_true (vz_file_content_copy (source, target, NULL, NULL, &error));
  g_assert_true (vz_file_copy (from, other, 0600, FALSE, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (from, &first, &length, NULL));
  g_assert_true (g_file_get_contents (to, &second, &copied, NULL));
  g_assert_cmpmem (first, length, second, copied);
  g_assert_true (g_file_get_contents (other, &third, &copied, NULL));
  g_assert_cmpmem (first, length, third, copied);
  g_assert_cmpint (fstat (target, &st), ==, 0);
  g_assert_cmpint (st.st_blocks * 512, <, 8 * BLOCK);
}

static void
case_clear (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  int fd VZ_AUTO_CLOSE = make_sparse (path);
  guint8 bytes[2];
  struct stat st;

  g_assert_true (vz_fs_clear_range (fd, 10 * BLOCK + 1, 53 * BLOCK));
  g_assert_cmpint (pread (fd, bytes, 2, 10 * BLOCK), ==, 2);
  g_assert_cmpuint (bytes[0], ==, 7);
  g_assert_cmpuint (bytes[1], ==, 0);
  g_assert_cmpint (pread (fd, bytes, 2, 63 * BLOCK), ==, 2);
  g_assert_cmpuint (bytes[0], ==, 0);
  g_assert_cmpuint (bytes[1], ==, 7);
  g_assert_cmpint (fstat (fd, &st), ==, 0);
  g_assert_cmpint (st.st_size, ==, 64 * BLOCK);
  g_assert_cmpint (st.st_blocks * 512, <, 8 * BLOCK);
}

static void
case_directory (const char *folder)
{
  g_autoptr (GError) error = NULL;
  int fd VZ_AUTO_CLOSE = vz_file_open_nameless (folder, &error);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpuint (count_files (folder), ==, 0);
  g_assert_true (vz_fs_set_mode (fd, 0640));
  g_assert_true (vz_file_sync_directory (folder, &error));
  g_assert_no_error (error);
}

/* What nobody works around is a failure. */
static void
test_real_failures (void)
{
  g_autofree char *folder = g_dir_make_tmp ("vz-file-system-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "none", "file", NULL);
  g_autofree char *here = g_build_filename (folder, "file", NULL);
  gboolean unnamed;

  g_assert_cmpint (vz_fs_open_new (path, 0600, &unnamed), ==, -1);
  g_assert_cmpint (errno, ==, ENOENT);
  g_assert_false (vz_fs_rename_new (AT_FDCWD, path, AT_FDCWD, here));
  g_assert_cmpint (errno, ==, ENOENT);
  g_assert_false (vz_fs_set_mode (-1, 0600));
  g_assert_false (vz_fs_clear_range (-1, 0, 10));
  g_assert_true (vz_file_remove_tree (folder, NULL));
}

static void
test_look (void)
{
  g_auto (VzFileSystem) proc = { 0 };
  g_auto (VzFileSystem) here = { 0 };

  g_assert_true (vz_file_system_look ("/proc/self/none/at/all", &proc));
  g_assert_cmpstr (proc.type, ==, "proc");
  g_assert_true (vz_file_system_look (g_get_tmp_dir (), &here));
  g_assert_cmpstr (here.type, !=, "unknown");
  g_assert_cmpuint (here.free_space, >, 0);
  g_assert_false (here.read_only);
}

/* The library of lacking calls is there: without it all the others would pass as well. */
static void
test_lacking (void)
{
  if (g_getenv ("LD_PRELOAD") == NULL)
    {
      g_test_skip ("a sanitizer wants to be the first library");
      return;
    }
  g_setenv ("VZ_LACKING", "syncfs=EOPNOTSUPP", TRUE);
  g_assert_cmpint (syncfs (STDIN_FILENO), ==, -1);
  g_assert_cmpint (errno, ==, EOPNOTSUPP);
  g_unsetenv ("VZ_LACKING");
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    Case run;
  } cases[] = {
    { "/file-system/write", case_write },     { "/file-system/rename", case_rename },
    { "/file-system/publish", case_publish }, { "/file-system/copy", case_copy },
    { "/file-system/clear", case_clear },     { "/file-system/directory", case_directory },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].path, &cases[i].run, run_all);
  g_test_add_func ("/file-system/lacking", test_lacking);
  g_test_add_func ("/file-system/real-failures", test_real_failures);
  g_test_add_func ("/file-system/look", test_look);
  return g_test_run ();
}
