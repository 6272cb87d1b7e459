/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-namespaces.h"

#include <glib/gstdio.h>

typedef struct {
  char *folder; /* stands for /proc/sys */
} Settings;

static void
set_up (Settings *self, gconstpointer data)
{
  static const char *const folders[] = { "user", "kernel" };

  self->folder = g_dir_make_tmp ("vz-test-XXXXXX", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, folders[i], NULL);

      g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
    }
}

static void
tear_down (Settings *self, gconstpointer data)
{
  const char *argv[] = { "rm", "-r", self->folder, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
  g_free (self->folder);
}

static void
set (Settings *self, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
test_nothing_forbids (Settings *self, gconstpointer data)
{
  g_assert_null (vz_namespaces_find_remedy_in (self->folder, FALSE));
  set (self, "user/max_user_namespaces", "95000\n");
  set (self, "user/max_mnt_namespaces", "0700\n");
  set (self, "kernel/unprivileged_userns_clone", "1\n");
  set (self, "kernel/apparmor_restrict_unprivileged_userns", "0\n");
  g_assert_null (vz_namespaces_find_remedy_in (self->folder, FALSE));
}

static void
test_remedies (Settings *self, gconstpointer data)
{
  static const struct {
    const char *name;
    const char *forbids;
    const char *allows;
    const char *remedy;
    gboolean for_root;
  } rows[] = {
    { "user/max_user_namespaces", "0\n", "1\n", "*sysctl user.max_user_namespaces=*", FALSE },
    { "kernel/unprivileged_userns_clone", "0\n", "1\n", "*sysctl *.unprivileged_userns_clone=1",
      FALSE },
    { "kernel/apparmor_restrict_unprivileged_userns", "1\n", "0\n",
      "AppArmor *Ubuntu*sysctl *.apparmor_restrict_unprivileged_userns=0", FALSE },
    { "user/max_mnt_namespaces", "0\n", "9\n", "*sysctl user.max_mnt_namespaces=*", TRUE },
    { "user/max_pid_namespaces", "0\n", "9\n", "*sysctl user.max_pid_namespaces=*", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      set (self, rows[i].name, rows[i].forbids);
      g_assert_true (g_pattern_match_simple (rows[i].remedy,
                                             vz_namespaces_find_remedy_in (self->folder, FALSE)));
      g_assert_cmpint (vz_namespaces_find_remedy_in (self->folder, TRUE) != NULL, ==,
                       rows[i].for_root);
      set (self, rows[i].name, rows[i].allows);
    }
  g_assert_null (vz_namespaces_find_remedy_in (self->folder, FALSE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/namespaces/nothing-forbids", Settings, NULL, set_up, test_nothing_forbids,
              tear_down);
  g_test_add ("/namespaces/remedies", Settings, NULL, set_up, test_remedies, tear_down);
  return g_test_run ();
}
