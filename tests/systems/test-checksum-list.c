/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-checksum-list.h"

#include <string.h>

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define LOWER_B64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C128 \
  "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc" \
  "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define MD5 "dddddddddddddddddddddddddddddddd"

static const struct {
  const char *text;
  const char *name;
  const char *digest; /* NULL: refused */
  const char *algorithm; /* or the message */
} rows[] = {
  { A64 "  a.img\n" B64 "  b.img\n", "b.img", LOWER_B64, "sha256" },
  { A64 " *a.img", "a.img", A64, "sha256" },
  { A64 "  ./a.img\r\n", "a.img", A64, "sha256" },
  { C128 "  a.img\n", "a.img", C128, "sha512" },
  { "# a.img: 12 bytes\nSHA256 (a.img) = " B64 "\n", "a.img", LOWER_B64, "sha256" },
  { "SHA512 (a.img) = " C128 "\nSHA256 (a.img) = " A64 "\n", "a.img", C128, "sha512" },
  { "SHA256 (a.img) = " A64 "\nSHA512 (a.img) = " C128 "\n", "a.img", C128, "sha512" },
  { "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nSHA256 (a (1).img) = " A64 "\n",
    "a (1).img", A64, "sha256" },
  { A64 "  x-1.2-Cloud.qcow2\n", "x-*Cloud.qcow2", A64, "sha256" },
  { A64 "  a.img\n" A64 "  a.img\n", "a.img", A64, "sha256" },
  /* What differs is another image. */
  { A64 "  b.img\n", "a.img", NULL, "no digest for 'a.img'" },
  { A64 "  a.img.zsync\n", "a.img", NULL, "no digest for 'a.img'" },
  { A64 "  A.img\n", "a.img", NULL, "no digest for 'a.img'" },
  { A64 "  sub/a.img\n", "a.img", NULL, "no digest for 'a.img'" },
  { A64 "  a-1.img\n" B64 "  a-2.img\n", "a-*.img", NULL,
    "several different digests for 'a-*.img'" },
  { A64 "  a.img\n" B64 "  a.img\n", "a.img", NULL, "different" },
  { MD5 "  a.img\n", "a.img", NULL, "only MD5 or SHA-1" },
  { "MD5 (a.img) = " MD5 "\n", "a.img", NULL, "only MD5 or SHA-1" },
  { MD5 "  a.img\n" A64 "  a.img\n", "a.img", A64, "sha256" },
  /* No line of these programs. */
  { A64 "\n", "a.img", NULL, "no digest" },
  { A64 " a.img\n", "a.img", NULL, "no digest" },
  { "a" A64 "  a.img\n", "a.img", NULL, "no digest" },
  { " " A64 "  a.img\n", "a.img", NULL, "no digest" },
  { "\\" A64 "  a.img\n", "a.img", NULL, "no digest" },
  { "SHA256 (a.img) = " MD5 "\n", "a.img", NULL, "no digest" },
  { "SHA256 (a.img) = " A64 "a\n", "a.img", NULL, "no digest" },
  { "sha256 (a.img) = " A64 "\n", "a.img", NULL, "no digest" },
  { "", "a.img", NULL, "no digest" },
  { "\n\n", "a.img", NULL, "no digest" },
};

static void
test_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      VzChecksum checksum = { NULL };
      g_autoptr (GError) error = NULL;
      /* Not ended by NUL: what is behind it is not read. */
      g_autofree char *copy = g_memdup2 (rows[i].text, strlen (rows[i].text));
      gboolean ok =
        vz_checksum_list_find (copy, strlen (rows[i].text), rows[i].name, &checksum, &error);

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (ok, ==, rows[i].digest != NULL);
      if (ok)
        {
          g_assert_cmpstr (checksum.algorithm, ==, rows[i].algorithm);
          g_assert_cmpstr (checksum.digest, ==, rows[i].digest);
          continue;
        }
      g_assert_error (error, VZ_ERROR, VZ_ERROR_VERIFICATION_FAILED);
      g_assert_nonnull (strstr (error->message, rows[i].algorithm));
      g_assert_null (checksum.algorithm);
    }
}

static void
test_bytes (void)
{
  static const char with_nul[] = A64 "  a.img\0.old\n";
  static const char not_utf8[] = A64 "  a\xff.img\n";
  g_autofree char *name = g_strnfill (5000, 'n');
  g_autofree char *too_long = g_strconcat (A64 "  ", name, "\n", NULL);
  VzChecksum checksum = { NULL };

  g_assert_false (vz_checksum_list_find (with_nul, sizeof with_nul - 1, "a.img", &checksum, NULL));
  g_assert_false (vz_checksum_list_find (not_utf8, sizeof not_utf8 - 1, "a*.img", &checksum, NULL));
  g_assert_false (vz_checksum_list_find (too_long, strlen (too_long), name, &checksum, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checksum-list/lines, and what is none", test_rows);
  g_test_add_func ("/checksum-list/bytes that are no text", test_bytes);
  return g_test_run ();
}
