/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-version.h"

/* Each row rises from left to right; every pair in it is compared both ways. */
static void
check_rising (const char *const *row, int (*compare) (const char *, const char *))
{
  for (guint i = 0; row[i] != NULL; i++)
    for (guint j = 0; row[j] != NULL; j++)
      {
        int order = compare (row[i], row[j]);

        if ((order > 0) - (order < 0) != (i > j) - (i < j))
          g_error ("'%s' and '%s': %d", row[i], row[j], order);
      }
}

static void
test_versions (void)
{
  static const char *const apple[] = { "12.0.1", "12.6.1", "13.0", "15.4.1", "15.5",
                                       "15.5.1", "15.10",  "26.3", "26.3.1", "26.4",
                                       "26.6",   "26.10",  NULL };
  static const char *const products[] = { "Mac13,1",           "Mac13,2",
                                          "Mac14,2",           "Mac14,12",
                                          "MacBookAir10,1",    "VirtualMac2,1",
                                          "VzGeneric-aarch64", NULL };
  static const char *const words[] = {
    "", "sid", "stable", "9", "12.9", "13", "13.0", "13.7", NULL
  };
  static const char *const long_ones[] = { "1", "18446744073709551615", "18446744073709551616",
                                           "99999999999999999999999999", NULL };

  check_rising (apple, vz_version_compare);
  check_rising (products, vz_version_compare);
  check_rising (words, vz_version_compare);
  check_rising (long_ones, vz_version_compare);
  g_assert_cmpint (vz_version_compare ("15.05", "15.5"), ==, 0);
  g_assert_cmpint (vz_version_compare ("000", "0"), ==, 0);
}

static void
test_builds (void)
{
  static const char *const builds[] = { "26A5353q", "26A5378b", "24E263",  "24F74",
                                        "24F2081",  "25D125",   "25D2128", "25D2140",
                                        "25G72",    "26A337",   NULL };

  check_rising (builds, vz_version_compare_builds);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/foundation/version/versions", test_versions);
  g_test_add_func ("/foundation/version/builds", test_builds);
  return g_test_run ();
}
