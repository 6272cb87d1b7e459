/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-host.h"

#include "foundation/file/vz-file.h"

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

static void
write_limit (const char *root, const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (root, folder, NULL);
  g_autofree char *file = g_build_filename (path, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

/* What a container or a service may have, in either form of control groups. */
static void
test_memory_limit (void)
{
  static const struct {
    const char *text;
    guint64 limit;
  } rows[] = {
    { "", G_MAXUINT64 },
    { "0::/\n", G_MAXUINT64 },
    { "0::/user/app\n", 1000 << 20 },
    { "0::/user/other\n", 2000 << 20 },
    { "0::/user/small\n", 300 << 20 },
    { "0::/not/seen/here\n", G_MAXUINT64 },
    { "4:memory:/not/seen\n1:cpu:/\n0::/\n", 700 << 20 },
    { "4:memory:/inner\n", 500 << 20 },
    { "4:memory:/free\n0::/user/small\n", 300 << 20 },
    { "garbage\n:\n::\n", G_MAXUINT64 },
  };
  g_autofree char *root = g_dir_make_tmp ("vz-cgroup-XXXXXX", NULL);

  write_limit (root, "user", "memory.max", "2097152000\n");
  write_limit (root, "user/app", "memory.max", "1048576000\n");
  write_limit (root, "user/other", "memory.max", "max\n");
  write_limit (root, "user/small", "memory.max", "314572800\n");
  write_limit (root, "memory", "memory.limit_in_bytes", "734003200\n");
  write_limit (root, "memory/inner", "memory.limit_in_bytes", "524288000\n");
  write_limit (root, "memory/free", "memory.limit_in_bytes", "9223372036854771712\n");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (vz_host_find_memory_limit (rows[i].text, root), ==, rows[i].limit);
  g_assert_true (vz_file_remove_tree (root, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host/nested", test_nested);
  g_test_add_func ("/foundation/host/name-servers", test_name_servers);
  g_test_add_func ("/foundation/host/memory-limit", test_memory_limit);
  return g_test_run ();
}
