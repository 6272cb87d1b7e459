/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-compose-log.h"

#include "foundation/vz-error.h"

static void
test_sizes (void)
{
  g_assert_cmpuint (vz_compose_log_parse_size ("30.3 MB of archives."), ==, 30300000);
  g_assert_cmpuint (vz_compose_log_parse_size ("88.7 kB]"), ==, 88700);
  g_assert_cmpuint (vz_compose_log_parse_size ("512 B]"), ==, 512);
  g_assert_cmpuint (vz_compose_log_parse_size ("1.5 GB"), ==, 1500000000);
  g_assert_cmpuint (vz_compose_log_parse_size ("0 B/30 MB"), ==, 0);
  g_assert_cmpuint (vz_compose_log_parse_size (""), ==, 0);
  g_assert_cmpuint (vz_compose_log_parse_size ("MB"), ==, 0);
  g_assert_cmpuint (vz_compose_log_parse_size ("nan MB"), ==, 0);
  g_assert_cmpuint (vz_compose_log_parse_size ("-1 MB"), ==, 0);
  g_assert_cmpuint (vz_compose_log_parse_size ("1e99 GB"), ==, 0);
}

/* Whatever the script prints, and whatever mmdebstrap says of it afterwards. */
static void
test_script_failed (void)
{
  g_autoptr (VzComposeLog) log = vz_compose_log_new (NULL);
  g_autoptr (GError) error = NULL;

  vz_compose_log_add_line (log, "curl: Could not resolve host: vz-failed: nowhere");
  vz_compose_log_add_line (log, "vz-failed: the script failed with exit code 7");
  vz_compose_log_add_line (log, "E: No space left on device");
  g_assert_false (vz_compose_log_fail (log, "/log", &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INTERNAL);
  g_assert_true (g_str_has_prefix (error->message, "the script failed with exit code 7\n"));
}

static void
assert_progress (VzProgress *progress, const char *phase, double from, double to)
{
  g_autofree char *found = vz_progress_dup_phase (progress);
  double fraction = vz_progress_get_fraction_completed (progress);

  g_assert_cmpstr (found, ==, phase);
  g_assert_cmpfloat (fraction, >=, from);
  g_assert_cmpfloat (fraction, <=, to);
}

static void
test_progress (void)
{
  g_autoptr (VzProgress) progress = vz_progress_new (VZ_COMPOSE_LOG_UNITS);
  g_autoptr (VzComposeLog) log = vz_compose_log_new (progress);
  g_autoptr (VzProgress) current = NULL;

  vz_compose_log_add_line (log, "vz-phase: packages");
  assert_progress (progress, "update", 0, 0);
  vz_compose_log_add_line (log, "Fetched 10.2 MB in 1s (9591 kB/s)");
  assert_progress (progress, "update", 0, 0);
  vz_compose_log_add_line (log, "I: downloading packages with apt...");
  vz_compose_log_add_line (log, "0 upgraded, 69 newly installed, 0 to remove and 0 not upgraded.");
  vz_compose_log_add_line (log, "Need to get 30.0 MB of archives.");
  vz_compose_log_add_line (
    log, "Get:18 http://deb.debian.org/debian trixie/main amd64 x amd64 1 [15.0 MB]");
  assert_progress (progress, "download", 0.08, 0.1);
  current = vz_progress_dup_current (progress);
  g_assert_cmpuint (vz_progress_get_total (current), ==, 30000000);
  g_assert_cmpuint (vz_progress_get_completed (current), ==, 15000000);
  vz_compose_log_add_line (log, "I: extracting archives...");
  assert_progress (progress, "unpack", 0.1, 0.13);
  /* A stage may be worded differently one day: the ones that follow still count. */
  vz_compose_log_add_line (log, "I: installing remaining packages inside the chroot...");
  vz_compose_log_add_line (log, "0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.");
  assert_progress (progress, "download", 0.38, 0.40);
  vz_compose_log_add_line (log, "Fetched 136 MB in 2s (85.7 MB/s)");
  vz_compose_log_add_line (log, "Unpacking a (1) ...");
  vz_compose_log_add_line (log, "Setting up a (1) ...");
  assert_progress (progress, "configure", 0.65, 0.72);
  vz_compose_log_add_line (log, "vz-phase: pack");
  assert_progress (progress, "pack", 0.94, 0.96);
}

static void
assert_failure (const char *line, VzError code)
{
  g_autoptr (VzComposeLog) log = vz_compose_log_new (NULL);
  g_autoptr (GError) error = NULL;

  vz_compose_log_add_line (log, line);
  for (int i = 0; i < 30; i++)
    {
      g_autofree char *more = g_strdup_printf ("line %d", i);

      vz_compose_log_add_line (log, more);
    }
  g_assert_false (vz_compose_log_fail (log, "/x/compose.log", &error));
  g_assert_error (error, VZ_ERROR, (int) code);
  if (code != VZ_ERROR_INTERNAL)
    g_assert_nonnull (strstr (error->message, line));
  g_assert_nonnull (strstr (error->message, "/x/compose.log"));
  g_assert_nonnull (strstr (error->message, "line 29"));
  g_assert_null (strstr (error->message, "line 19"));
}

static void
test_failures (void)
{
  assert_failure ("E: Unable to locate package nosuch", VZ_ERROR_NOT_FOUND);
  assert_failure ("E: The repository 'http://m stable InRelease' is not signed.",
                  VZ_ERROR_DIGEST_MISMATCH);
  assert_failure ("W: GPG error: http://m: The following signatures were invalid: BADSIG 1",
                  VZ_ERROR_DIGEST_MISMATCH);
  assert_failure ("tar: x: Cannot write: No space left on device", VZ_ERROR_OUT_OF_DISK_SPACE);
  assert_failure ("Err:1 http://m stable InRelease Could not resolve 'm'", VZ_ERROR_NETWORK_ERROR);
  assert_failure ("unshare: unshare failed: Operation not permitted", VZ_ERROR_NOT_SUPPORTED);
  assert_failure ("E: something else", VZ_ERROR_INTERNAL);
}

/* Nothing that a program prints may break the reader. */
static void
test_garbage (void)
{
  g_autoptr (VzProgress) progress = vz_progress_new (VZ_COMPOSE_LOG_UNITS);
  g_autoptr (VzComposeLog) log = vz_compose_log_new (progress);
  g_autofree char *long_line = g_strnfill (100000, 'x');

  vz_compose_log_add_line (log, "\xff\xfe[");
  vz_compose_log_add_line (log, "Get:1 [");
  vz_compose_log_add_line (log, long_line);
  vz_compose_log_add_line (log, "I: downloading packages");
  vz_compose_log_add_line (log, "Need to get ");
  vz_compose_log_add_line (log, "Get:");
  vz_compose_log_add_line (log, "Get:1 [99999999 GB]");
  vz_compose_log_add_line (log, "0 upgraded, 4294967295 newly installed");
  g_assert_cmpfloat (vz_progress_get_fraction_completed (progress), <=, 1.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compose/log/script-failed", test_script_failed);
  g_test_add_func ("/compose/log/sizes", test_sizes);
  g_test_add_func ("/compose/log/progress", test_progress);
  g_test_add_func ("/compose/log/failures", test_failures);
  g_test_add_func ("/compose/log/garbage", test_garbage);
  return g_test_run ();
}
