/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-fail.h"

#include <errno.h>
#include <string.h>

static gboolean
open_bundle (const char *path, int number, GError **error)
{
  VZ_ERROR_PREFIX ("Opening bundle '%s'", path);

  if (number == 0)
    return TRUE;
  errno = number;
  return vz_fail_errno (error, "Disk.img");
}

static void
test_prefix (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (open_bundle ("a", 0, &error));
  g_assert_no_error (error);
  g_assert_false (open_bundle ("a", EACCES, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_IO);
  g_assert_cmpstr (error->message, ==, "Opening bundle 'a': Disk.img: Permission denied");
  g_assert_false (open_bundle ("a", EACCES, NULL));
}

static gboolean
open_until_cancelled (GCancellable *cancellable, GError **error)
{
  VZ_ERROR_PREFIX ("Opening bundle");

  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/* The user who interrupts a command is not told of the file that was at hand. */
static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (open_until_cancelled (cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (strstr (error->message, "bundle"));
}

static void
test_errno_codes (void)
{
  static const struct {
    int number;
    VzError code;
  } rows[] = {
    { ENOSPC, VZ_ERROR_OUT_OF_DISK_SPACE },
    { EDQUOT, VZ_ERROR_OUT_OF_DISK_SPACE },
    { ENOENT, VZ_ERROR_NOT_FOUND },
    { EEXIST, VZ_ERROR_EXISTS },
    { EIO, VZ_ERROR_IO },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (open_bundle ("b", rows[i].number, &error));
      g_assert_error (error, VZ_ERROR, (gint) rows[i].code);
    }
}

static void
test_domain (void)
{
  g_assert_cmpstr (g_quark_to_string (VZ_ERROR), ==, "VZErrorDomain");
}

static void
assert_underlying (const GError *error, GQuark domain, int code, const char *message)
{
  g_autoptr (GError) underlying = vz_error_dup_underlying (error);

  g_assert_error (underlying, domain, code);
  g_assert_cmpstr (underlying->message, ==, message);
}

/* Copies and prefixes leave it, in C and for a language binding, which makes an error anew of its
 * domain, code and message. */
static void
test_underlying_errno (void)
{
  g_autoptr (GError) error = NULL, copy = NULL, anew = NULL;
  GQuark posix = g_quark_from_string (VZ_POSIX_ERROR_DOMAIN);

  open_bundle ("a", EACCES, &error);
  assert_underlying (error, posix, EACCES, "Permission denied");
  copy = g_error_copy (error);
  assert_underlying (copy, posix, EACCES, "Permission denied");
  anew = g_error_new_literal (VZ_ERROR, VZ_ERROR_IO, error->message);
  assert_underlying (anew, posix, EACCES, "Permission denied");
}

static void
test_underlying_chain (void)
{
  g_autoptr (GError) error = NULL, cause = NULL, below = NULL;

  open_bundle ("a", EACCES, &cause);
  vz_fail_because (&error, VZ_ERROR_INVALID_BUNDLE, cause, "starting %d", 1);
  g_assert_cmpstr (error->message, ==,
                   "starting 1: Opening bundle 'a': Disk.img: Permission denied");
  vz_fail_generalize (&error, VZ_ERROR_BUSY, VZ_ERROR_SAVE); /* not what it is */
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_BUNDLE);
  vz_fail_generalize (&error, VZ_ERROR_INVALID_BUNDLE, VZ_ERROR_SAVE);
  g_assert_error (error, VZ_ERROR, VZ_ERROR_SAVE);
  assert_underlying (error, VZ_ERROR, VZ_ERROR_INVALID_BUNDLE, error->message);
  g_assert_true (vz_error_is (error, VZ_ERROR_SAVE));
  g_assert_true (vz_error_is (error, VZ_ERROR_INVALID_BUNDLE));
  g_assert_false (vz_error_is (error, VZ_ERROR_IO));
  below = vz_error_dup_underlying (error);
  assert_underlying (below, VZ_ERROR, VZ_ERROR_IO, cause->message);
}

static void
test_nothing_underlying (void)
{
  g_autoptr (GError) error = NULL, foreign = NULL;

  vz_fail (&error, VZ_ERROR_BUSY, "in use by %s", "somebody whom no other test names");
  g_assert_null (vz_error_dup_underlying (error));
  foreign = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "no");
  g_assert_null (vz_error_dup_underlying (foreign));
  /* An error of another domain has one when it becomes ours. */
  vz_fail_recode (&foreign, VZ_ERROR_IO);
  assert_underlying (foreign, G_IO_ERROR, G_IO_ERROR_FAILED, "no");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/prefix", test_prefix);
  g_test_add_func ("/error/cancelled", test_cancelled);
  g_test_add_func ("/error/errno-codes", test_errno_codes);
  g_test_add_func ("/error/domain", test_domain);
  g_test_add_func ("/error/underlying-errno", test_underlying_errno);
  g_test_add_func ("/error/underlying-chain", test_underlying_chain);
  g_test_add_func ("/error/nothing-underlying", test_nothing_underlying);
  return g_test_run ();
}
