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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/prefix", test_prefix);
  g_test_add_func ("/error/cancelled", test_cancelled);
  g_test_add_func ("/error/errno-codes", test_errno_codes);
  g_test_add_func ("/error/domain", test_domain);
  return g_test_run ();
}
