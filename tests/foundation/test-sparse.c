/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-sparse.h"

#include <string.h>

/* Copies what next_run() names and compares: nothing may be missing, and no block of zeros be
 * named. */
static void
check (const guint8 *data, gsize size, guint64 position, guint expected_runs)
{
  g_autofree guint8 *copy = g_malloc0 (size + 1);
  gsize begin = 0, end;
  guint runs = 0;

  for (; vz_sparse_next_run (data, size, position, &begin, &end); begin = end)
    {
      g_assert_cmpuint (begin, <, end);
      g_assert_cmpuint (end, <=, size);
      g_assert_false (vz_sparse_is_zero (data + begin, MIN (end - begin, VZ_SPARSE_BLOCK)));
      memcpy (copy + begin, data + begin, end - begin);
      runs++;
    }
  g_assert_true (memcmp (copy, data, size) == 0);
  g_assert_cmpuint (runs, ==, expected_runs);
}

static void
test_runs (void)
{
  const gsize size = 10 * VZ_SPARSE_BLOCK + 100;
  g_autofree guint8 *data = g_malloc0 (size);

  check (data, 0, 0, 0);
  check (data, size, 0, 0);
  check (data, size, 17, 0);
  data[3 * VZ_SPARSE_BLOCK] = 1;
  data[4 * VZ_SPARSE_BLOCK] = 1;
  data[size - 1] = 1;
  check (data, size, 0, 2);
  check (data, size, VZ_SPARSE_BLOCK - 1, 2);
  check (data, 1, 5, 0);
  data[0] = 1;
  check (data, 1, 5, 1);
}

/* Blocks are those of the file, so that holes stay holes wherever the data begin. */
static void
test_blocks_are_the_files (void)
{
  g_autofree guint8 *data = g_malloc0 (3 * VZ_SPARSE_BLOCK);
  gsize begin = 0, end;

  data[100] = 1;
  g_assert_true (vz_sparse_next_run (data, 3 * VZ_SPARSE_BLOCK, 96, &begin, &end));
  g_assert_cmpuint (begin, ==, 0);
  g_assert_cmpuint (end, ==, VZ_SPARSE_BLOCK - 96);
}

static void
test_zero (void)
{
  guint8 data[100] = { 0 };

  g_assert_true (vz_sparse_is_zero (data, 0));
  g_assert_true (vz_sparse_is_zero (data, sizeof data));
  for (gsize i = 0; i < sizeof data; i++)
    {
      data[i] = 1;
      g_assert_false (vz_sparse_is_zero (data, sizeof data));
      data[i] = 0;
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/foundation/sparse/runs", test_runs);
  g_test_add_func ("/foundation/sparse/blocks-are-the-files", test_blocks_are_the_files);
  g_test_add_func ("/foundation/sparse/zero", test_zero);
  return g_test_run ();
}
