/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-host.h"

/* What KVM says of guests within guests, on hosts that this one is not. */
static void
test_nested (void)
{
  static const struct {
    const char *architecture;
    gboolean has_kvm;
    gboolean allows;
    const char *obstacle; /* NULL: none */
  } rows[] = {
    { "x86_64", TRUE, TRUE, NULL },
    { "x86_64", FALSE, FALSE, NULL },
    { "x86_64", TRUE, FALSE, "must be false, because *switched off" },
    { "aarch64", TRUE, TRUE, NULL },
    { "aarch64", FALSE, FALSE, NULL },
    { "aarch64", TRUE, FALSE, "must be false, because *no hypervisor level (EL2) for a guest" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *found =
        vz_host_judge_nested (rows[i].architecture, rows[i].has_kvm, rows[i].allows);

      if (rows[i].obstacle == NULL)
        g_assert_null (found);
      else
        g_assert_true (g_pattern_match_simple (rows[i].obstacle, found));
    }
}

static void
test_name_servers (void)
{
  g_assert_true (vz_host_text_has_name_server ("nameserver 10.0.0.1\n"));
  g_assert_true (vz_host_text_has_name_server ("search x\n  nameserver\t::1"));
  g_assert_false (vz_host_text_has_name_server (""));
  g_assert_false (vz_host_text_has_name_server ("# nameserver 10.0.0.1\nnameservers\n;\n"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host/nested", test_nested);
  g_test_add_func ("/foundation/host/name-servers", test_name_servers);
  return g_test_run ();
}
