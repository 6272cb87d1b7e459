/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-host.h"
#include "foundation/vz-size.h"

static void
test_parse (void)
{
  static const struct {
    const char *text;
    guint64 bytes;
    const char *written; /* NULL: as the text */
  } rows[] = {
    { "0", 0, NULL },
    { "1", 1, NULL },
    { "513", 513, NULL },
    { "1K", 1024, NULL },
    { "1024", 1024, "1K" },
    { "1536M", G_GUINT64_CONSTANT (1536) << 20, NULL },
    { "3g", G_GUINT64_CONSTANT (3) << 30, "3G" },
    { "128G", G_GUINT64_CONSTANT (128) << 30, NULL },
    { "1T", G_GUINT64_CONSTANT (1) << 40, NULL },
    { "16777215T", G_GUINT64_CONSTANT (16777215) << 40, NULL },
    { "18446744073709551615", G_MAXUINT64, NULL },
  };
  static const char *const bad[] = { "",
                                     "K",
                                     "-1",
                                     "+1",
                                     " 1",
                                     "1 ",
                                     "1.5G",
                                     "1KB",
                                     "1GiB",
                                     "1X",
                                     "0x10",
                                     "16777216T",
                                     "18446744073709551616",
                                     "1\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint64 bytes = 7;
      g_autofree char *written = vz_size_format (rows[i].bytes);
      g_autoptr (GError) error = NULL;

      vz_size_parse (rows[i].text, &bytes, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (bytes, ==, rows[i].bytes);
      g_assert_cmpstr (written, ==, rows[i].written != NULL ? rows[i].written : rows[i].text);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      guint64 bytes = 7;
      g_autoptr (GError) error = NULL;

      g_assert_false (vz_size_parse (bad[i], &bytes, &error));
      g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_ARGUMENT);
      g_assert_cmpuint (bytes, ==, 7);
    }
}

static void
test_host (void)
{
  g_assert_cmpuint (vz_host_get_cpu_count (), >=, 1);
  g_assert_cmpuint (vz_host_get_memory_size (), >, 128 << 20);
  g_assert_cmpstr (vz_host_get_architecture (), !=, "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/size/parse", test_parse);
  g_test_add_func ("/host", test_host);
  return g_test_run ();
}
