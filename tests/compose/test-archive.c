/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "compose/vz-debian-archive.h"

#include "foundation/vz-error.h"

static VzDebianRelease *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return vz_debian_release_parse (bytes, error);
}

static void
test_parse (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzDebianRelease) release =
    parse ("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrigin: Debian\nSuite: stable\n"
           "Version: 13.7\nCodename: trixie\nDate: Sat, 12 Sep 2026 07:55:41 UTC\n"
           "Architectures: all amd64 arm64\nMD5Sum:\n 0 1 main\n",
           &error);
  g_autofree char *date = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (release->codename, ==, "trixie");
  g_assert_cmpstr (release->version, ==, "13.7");
  g_assert_cmpstr (release->architectures, ==, "all amd64 arm64");
  date = g_date_time_format_iso8601 (release->date);
  g_assert_cmpstr (date, ==, "2026-09-12T07:55:41Z");
}

static void
test_no_version (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzDebianRelease) release =
    parse ("Codename: forky\nDate: Sun, 01 Nov 2026 00:00:00 UTC\nArchitectures: amd64\n", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (release->version, ==, "forky");
}

static void
test_refusals (void)
{
  static const char *const bad[] = {
    "",
    "<html>captive portal</html>",
    "Codename: trixie\nArchitectures: amd64\n",
    "Codename: ../x\nDate: Sat, 12 Sep 2026 07:55:41 UTC\nArchitectures: amd64\n",
    "Codename: trixie\nDate: yesterday\nArchitectures: amd64\n",
    "Codename: trixie\nDate: Sat, 42 Sep 2026 07:55:41 UTC\nArchitectures: amd64\n",
    "Codename: trixie\nDate: Sat, 12 Sep 2026 07:55:41 UTC\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (bad[i], &error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_NETWORK_ERROR);
    }
}

/* A release of the future is none: the clock is wrong. */
static void
test_clock (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VzDebianRelease) release =
    parse ("Codename: forky\nDate: Sun, 01 Nov 2026 00:00:00 UTC\nArchitectures: amd64\n", &error);
  const gint64 date = 1793491200;

  g_assert_no_error (error);
  g_assert_true (vz_debian_release_check_clock (release, date, &error));
  g_assert_true (vz_debian_release_check_clock (release, date - 600, &error));
  g_assert_false (vz_debian_release_check_clock (release, 86400, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "clock says 1970-01-02"));
  g_assert_nonnull (strstr (error->message, "archive is from 2026-11-01"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compose/archive/parse", test_parse);
  g_test_add_func ("/compose/archive/no-version", test_no_version);
  g_test_add_func ("/compose/archive/refusals", test_refusals);
  g_test_add_func ("/compose/archive/clock", test_clock);
  return g_test_run ();
}
