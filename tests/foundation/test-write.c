/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-write.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

#define SIZE (1024 * 1024) /* more than a pipe holds */

static gpointer
read_slowly (gpointer data)
{
  int fd = GPOINTER_TO_INT (data);
  GByteArray *bytes = g_byte_array_new ();
  guint8 block[7919];
  ssize_t n;

  while ((n = read (fd, block, sizeof block)) > 0)
    g_byte_array_append (bytes, block, (guint) n);
  return bytes;
}

/* A pipe takes it in pieces. */
static void
test_pipe (void)
{
  g_autofree guint8 *data = g_malloc (SIZE);
  g_autoptr (GByteArray) got = NULL;
  GThread *thread;
  int ends[2];

  for (gsize i = 0; i < SIZE; i++)
    data[i] = (guint8) (i * 31 >> 3);
  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  thread = g_thread_new ("reader", read_slowly, GINT_TO_POINTER (ends[0]));
  g_assert_true (vz_write_all (ends[1], data, SIZE));
  close (ends[1]);
  got = g_thread_join (thread);
  g_assert_cmpmem (got->data, got->len, data, SIZE);
  close (ends[0]);
}

static void
test_closed (void)
{
  int ends[2];

  signal (SIGPIPE, SIG_IGN);
  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  close (ends[0]);
  g_assert_false (vz_write_all (ends[1], "x", 1));
  g_assert_cmpint (errno, ==, EPIPE);
  close (ends[1]);
}

static void
test_offset (void)
{
  g_autofree char *path = NULL, *text = NULL;
  gsize length;
  int fd = g_file_open_tmp ("vz-write-XXXXXX", &path, NULL);

  g_assert_true (vz_pwrite_all (fd, "world", 5, 6));
  g_assert_true (vz_pwrite_all (fd, "hello ", 6, 0));
  g_assert_cmpint (lseek (fd, 0, SEEK_CUR), ==, 0);
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_cmpmem (text, length, "hello world", 11);
  g_assert_false (vz_pwrite_all (-1, "x", 1, 0));
  g_assert_cmpint (errno, ==, EBADF);
  close (fd);
  unlink (path);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/write/pipe", test_pipe);
  g_test_add_func ("/write/closed", test_closed);
  g_test_add_func ("/write/offset", test_offset);
  return g_test_run ();
}
