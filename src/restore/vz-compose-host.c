/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore/vz-compose-host.h"

#include <unistd.h>

#include "foundation/vz-fail.h"
#include "foundation/vz-host.h"

/* Debian's base system uses numbers up to 65534 (nobody). */
#define SUBIDS_NEEDED 65535

/* What the recipe runs on the host, and what Debian calls its package. */
static const struct {
  const char *program;
  const char *package;
} programs[] = {
  { "mmdebstrap", "mmdebstrap" }, { "apt-get", "apt" },      { "dpkg", "dpkg" },
  { "unshare", "util-linux" },    { "newuidmap", "uidmap" }, { "mkfs.vfat", "dosfstools" },
  { "mcopy", "mtools" },          { "mke2fs", "e2fsprogs" }, { "debugfs", "e2fsprogs" },
};

static const struct {
  const char *architecture;
  const char *debian;
} architectures[] = { { "x86_64", "amd64" }, { "aarch64", "arm64" } };

const char *
vz_debian_architecture (const char *architecture)
{
  for (gsize i = 0; i < G_N_ELEMENTS (architectures); i++)
    if (g_strcmp0 (architecture, architectures[i].architecture) == 0)
      return architectures[i].debian;
  return NULL;
}

gboolean
vz_subid_text_has_range (const char *text, const char *user, guint uid)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *number = g_strdup_printf ("%u", uid);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], ":", -1);
      guint64 count;

      if (g_strv_length (parts) == 3 &&
          (g_str_equal (parts[0], user) || g_str_equal (parts[0], number)) &&
          g_ascii_string_to_unsigned (parts[2], 10, SUBIDS_NEEDED, G_MAXUINT32, &count, NULL))
        return TRUE;
    }
  return FALSE;
}

/* Programs of the administrator are not in every user's PATH. */
static gboolean
has_program (const char *name)
{
  static const char *const directories[] = { "/usr/sbin", "/usr/bin", "/sbin", "/bin" };

  for (gsize i = 0; i < G_N_ELEMENTS (directories); i++)
    {
      g_autofree char *path = g_build_filename (directories[i], name, NULL);

      if (access (path, X_OK) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
check_programs (GPtrArray *problems)
{
  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++)
    if (!has_program (programs[i].program))
      g_ptr_array_add (problems, g_strdup_printf ("the program '%s' is missing (Debian package %s)",
                                                  programs[i].program, programs[i].package));
  if (access (VZ_DEBIAN_KEYRING, R_OK) != 0)
    g_ptr_array_add (
      problems, g_strdup (VZ_DEBIAN_KEYRING " is missing (Debian package debian-archive-keyring)"));
}

static void
check_subids (GPtrArray *problems)
{
  static const char *const files[] = { "/etc/subuid", "/etc/subgid" };
  const char *user = g_get_user_name ();

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *text = NULL;

      if (!g_file_get_contents (files[i], &text, NULL, NULL) ||
          !vz_subid_text_has_range (text, user, getuid ()))
        g_ptr_array_add (
          problems,
          g_strdup_printf ("%s has no range of %d numbers for user '%s' (usermod --add-sub%cids "
                           "100000-165535 %s)",
                           files[i], SUBIDS_NEEDED, user, files[i][8], user));
    }
}

/* Tried for real: kernel settings, security modules and containers all have a say. */
static void
check_namespaces (GPtrArray *problems)
{
  const char *user[] = { "unshare", "--user", "--map-auto", "--map-root-user",
                         "--mount", "--pid",  "--fork",     "--mount-proc",
                         "true",    NULL };
  const char *root[] = { "unshare", "--mount", "--pid", "--fork", "--mount-proc", "true", NULL };
  g_autofree char *message = NULL;
  int status;

  if (!g_spawn_sync (NULL, (char **) (geteuid () == 0 ? root : user), NULL,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &message,
                     &status, NULL) ||
      status == 0)
    return;
  g_strchomp (message);
  g_ptr_array_add (problems, g_strdup_printf ("namespaces cannot be made here (%s)", message));
}

static void
check_emulation (const char *architecture, GPtrArray *problems)
{
  g_autofree char *path = g_strdup_printf ("/proc/sys/fs/binfmt_misc/qemu-%s", architecture);
  g_autofree char *arch_test = NULL;
  g_autofree char *text = NULL;

  if (g_str_equal (architecture, vz_host_get_architecture ()))
    return;
  arch_test = g_find_program_in_path ("arch-test"); /* mmdebstrap asks it */
  if (arch_test == NULL || !g_file_get_contents (path, &text, NULL, NULL) || !g_str_has_prefix (text, "enabled"))
    g_ptr_array_add (
      problems, g_strdup_printf (
                  "this %s host cannot run the %s programs that composing needs (Debian packages "
                  "qemu-user-static, binfmt-support and arch-test)",
                  vz_host_get_architecture (), architecture));
}

gboolean
vz_compose_host_check (const char *architecture, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;

  check_programs (problems);
  check_emulation (architecture, problems);
  if (geteuid () != 0)
    check_subids (problems);
  if (problems->len == 0)
    check_namespaces (problems);
  if (problems->len == 0)
    return TRUE;
  g_ptr_array_add (problems, NULL);
  text = g_strjoinv ("\n", (char **) problems->pdata);
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "This host cannot compose a %s image: %s",
                  architecture, text);
}
