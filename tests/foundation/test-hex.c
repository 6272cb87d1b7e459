/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-hex.h"

static void
test_round_trip (void)
{
  static const guint8 bytes[] = { 0x00, 0x7f, 0x80, 0xff, 0x1a };
  g_autofree char *text = vz_hex_encode (bytes, sizeof bytes);
  g_autoptr (GBytes) back = vz_hex_decode ("007F80ff1A");
  g_autofree char *empty = vz_hex_encode (bytes, 0);

  g_assert_cmpstr (text, ==, "007f80ff1a");
  g_assert_cmpstr (empty, ==, "");
  g_assert_cmpmem (g_bytes_get_data (back, NULL), g_bytes_get_size (back), bytes, sizeof bytes);
}

static void
test_refused (void)
{
  static const char *const rows[] = { "0", "0g", "g0", "00 ", "0x", " 0", "00:11" };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_null (vz_hex_decode (rows[i]));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hex/round-trip", test_round_trip);
  g_test_add_func ("/hex/refused", test_refused);
  return g_test_run ();
}
