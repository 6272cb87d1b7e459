/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "systems/vz-system-name.h"

#include <string.h>

#include "systems/vz-system-file.h"

static const char *const files[] = {
  "[System]\nID=ubuntu\nArchitectures=x86_64\nImage=http://u.example/{version}.img\n"
  "[Release 26.04]\nCodename=resolute\nAliases=lts\n[Release 25.10]\n[Release 24.04]\n",
  "[System]\nID=almalinux\nAliases=alma\nArchitectures=x86_64\nImage=http://a.example/"
  "{version}.img\n"
  "[Release 10]\n[Release 9]\n",
  "[System]\nID=debian\nByVersionOnly=true\nArchitectures=x86_64\n"
  "Image=http://d.example/{version}.img\n[Release 12]\nCodename=bookworm\n",
  "[System]\nID=arch\nArchitectures=x86_64\nImage=http://r.example/a.img\n",
  "[System]\nID=fedora\nArchitectures=x86_64\nImage=http://f.example/{version}.img\n"
  "[Release 44]\n[Release 36]\nAliases=fedora36\n",
};

static GPtrArray *
make_systems (void)
{
  GPtrArray *systems = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_system_unref);

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = g_bytes_new_static (files[i], strlen (files[i]));
      g_autoptr (GPtrArray) more = vz_system_file_read (bytes, "f", "x86_64", &error);

      g_assert_no_error (error);
      for (guint j = 0; j < more->len; j++)
        g_ptr_array_add (systems, vz_system_ref (more->pdata[j]));
    }
  return systems;
}

static const struct {
  const char *name;
  const char *found; /* NULL: nothing */
} rows[] = {
  { "ubuntu", "ubuntu@26.04" },
  { "Ubuntu", "ubuntu@26.04" },
  { "ubuntu@24.04", "ubuntu@24.04" },
  { "ubuntu@RESOLUTE", "ubuntu@26.04" },
  { "ubuntu@lts", "ubuntu@26.04" },
  { "ubuntu@25", "ubuntu@25.10" },
  { "ubuntu@2", NULL },
  { "ubuntu@24.0", NULL },
  { "ubuntu@99", NULL },
  { "alma", "almalinux@10" },
  { "alma@9", "almalinux@9" },
  { "debian", NULL }, /* is what vz composes */
  { "debian@12", "debian@12" },
  { "debian@bookworm", "debian@12" },
  { "arch", "arch" },
  { "arch@1", NULL },
  { "fedora36", "fedora@36" },
  { "lts", NULL },
  { "fedroa", NULL },
};

static void
test_find (void)
{
  g_autoptr (GPtrArray) systems = make_systems ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const VzSystem *system = vz_system_name_find (systems, rows[i].name);
      g_autofree char *found = system != NULL ? vz_system_dup_full_name (system) : NULL;

      g_test_message ("%s", rows[i].name);
      g_assert_cmpstr (found, ==, rows[i].found);
    }
  g_assert_true (vz_system_name_is_taken (systems, "debian"));
  g_assert_false (vz_system_name_is_taken (systems, "ubuntu"));
}

static const struct {
  const char *name;
  const char *similar;
} likes[] = {
  { "fedroa", "fedora" },
  { "fedora@99", "fedora@44 fedora@36" },
  { "ubunto", "ubuntu" },
  { "ubunto@24.04", "ubuntu@24.04 ubuntu@26.04" },
  { "ubuntu@99", "ubuntu@26.04 ubuntu@25.10" },
  { "debain", "debian" },
  { "almalinx", "almalinux" },
  { "arhc", "arch" },
  { "windows", "" },
  { "x", "" },
};

static void
test_similar (void)
{
  g_autoptr (GPtrArray) systems = make_systems ();
  g_autofree char *many = g_strnfill (1000, 'a');
  g_auto (GStrv) none = vz_system_name_list_similar (systems, many, 2);

  g_assert_null (none[0]);
  for (gsize i = 0; i < G_N_ELEMENTS (likes); i++)
    {
      g_auto (GStrv) similar = vz_system_name_list_similar (systems, likes[i].name, 2);
      g_autofree char *names = g_strjoinv (" ", similar);

      g_test_message ("%s", likes[i].name);
      g_assert_cmpstr (names, ==, likes[i].similar);
    }
}

static void
test_is_one (void)
{
  g_assert_true (vz_system_name_is_one ("ubuntu@24.04"));
  g_assert_true (vz_system_name_is_one ("linuxfoo"));
  g_assert_false (vz_system_name_is_one (""));
  g_assert_false (vz_system_name_is_one ("macos@15"));
  g_assert_false (vz_system_name_is_one ("Latest"));
  g_assert_false (vz_system_name_is_one ("15.5"));
  g_assert_false (vz_system_name_is_one ("a/b"));
  g_assert_false (vz_system_name_is_one ("http://a"));
  g_assert_false (vz_system_name_is_one ("VirtualMac2,1"));
}

static const struct {
  const char *file;
  const char *clashes; /* with a system above; NULL: with none */
} later[] = {
  { "ID=other\n[Release 1]\n", NULL },
  { "ID=other\nAliases=something\n[Release 1]\n", NULL },
  { "ID=ubuntu\n[Release 22.04]\n", NULL },
  { "ID=ubuntu\n[Release 24.04]\n", "ubuntu@24.04" },
  { "ID=ubuntu\n[Release 22.04]\nAliases=lts\n", "ubuntu@26.04" },
  { "ID=ubuntu\n[Release 22.04]\nCodename=resolute\n", "ubuntu@26.04" },
  { "ID=alma\n[Release 1]\n", "almalinux@10" },
  { "ID=other\nAliases=alma\n[Release 1]\n", "almalinux@10" },
  { "ID=other\nAliases=fedora\n[Release 1]\n", "fedora@44" },
  { "ID=arch\n", "arch" },
};

static void
test_clashes (void)
{
  g_autoptr (GPtrArray) systems = make_systems ();

  for (gsize i = 0; i < G_N_ELEMENTS (later); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text =
        g_strconcat ("[System]\nArchitectures=x86_64\nImage=http://o.example/o\n", later[i].file,
                     NULL);
      g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
      g_autoptr (GPtrArray) more = vz_system_file_read (bytes, "f", "x86_64", &error);
      g_autofree char *found = NULL;

      g_assert_no_error (error);
      for (guint j = 0; found == NULL && j < systems->len; j++)
        if (vz_system_name_clashes (systems->pdata[j], more->pdata[0]))
          found = vz_system_dup_full_name (systems->pdata[j]);
      g_test_message ("%s", later[i].file);
      g_assert_cmpstr (found, ==, later[i].clashes);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/system-name/found by name, version and alias", test_find);
  g_test_add_func ("/system-name/the nearest names", test_similar);
  g_test_add_func ("/system-name/what can be one", test_is_one);
  g_test_add_func ("/system-name/what another system has already", test_clashes);
  return g_test_run ();
}
