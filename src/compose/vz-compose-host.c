/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "compose/vz-compose-host.h"

#include <unistd.h>

#include "foundation/host/vz-host.h"
#include "foundation/host/vz-namespaces.h"
#include "foundation/host/vz-run.h"
#include "foundation/vz-fail.h"

/* Debian's base system uses numbers up to 65534 (nobody). */
#define SUBIDS_NEEDED 65535
#define SUBIDS_GIVEN 65536 /* to a user, as Debian does */
#define SUBIDS_FIRST 100000

#define NAMESPACE_LIMIT_MS 15000

/* What the recipe runs on the host, and Debian's package for it. */
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

/* One line of the file: the range that it grants, as far as it can be parsed. */
static gboolean
parse_range (const char *line, guint64 *ret_first, guint64 *ret_end)
{
  g_auto (GStrv) parts = g_strsplit (line, ":", -1);
  guint64 count;

  if (g_strv_length (parts) != 3 ||
      !g_ascii_string_to_unsigned (parts[1], 10, 0, G_MAXUINT32, ret_first, NULL) ||
      !g_ascii_string_to_unsigned (parts[2], 10, 1, G_MAXUINT32, &count, NULL))
    return FALSE;
  *ret_end = *ret_first + count;
  return TRUE;
}

guint64
vz_subid_text_find_free (const char *text, guint uid)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint64 start = SUBIDS_FIRST;
  gboolean moved = TRUE;

  if (uid >= start)
    start = (guint64) uid + 1;
  while (moved && start + SUBIDS_GIVEN <= G_MAXUINT32)
    {
      moved = FALSE;
      for (guint i = 0; lines[i] != NULL; i++)
        {
          guint64 first, end;

          if (parse_range (lines[i], &first, &end) && first < start + SUBIDS_GIVEN && end > start)
            {
              start = end;
              moved = TRUE;
            }
        }
    }
  return moved ? 0 : start;
}

/* Administrative programs are not in every user's PATH. */
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
check_programs (const VzDistribution *distribution, GPtrArray *problems)
{
  g_autofree char *keyring = vz_distribution_find_keyring (distribution);
  g_autofree char *usual = vz_distribution_dup_keyring (distribution);

  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++)
    if (!has_program (programs[i].program))
      g_ptr_array_add (problems, g_strdup_printf ("the program '%s' is missing (Debian package %s)",
                                                  programs[i].program, programs[i].package));
  if (keyring == NULL)
    g_ptr_array_add (problems, g_strdup_printf ("%s is missing (Debian package %s)", usual,
                                                distribution->keyring_package));
}

static void
check_subids (GPtrArray *problems)
{
  static const char *const files[] = { "/etc/subuid", "/etc/subgid" };
  const char *user = g_get_user_name ();

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *text = NULL;
      g_autofree char *remedy = NULL;
      guint64 start;

      if (!g_file_get_contents (files[i], &text, NULL, NULL))
        text = g_strdup ("");
      if (vz_subid_text_has_range (text, user, getuid ()))
        continue;
      start = vz_subid_text_find_free (text, getuid ());
      if (start != 0)
        remedy = g_strdup_printf ("; as root: usermod --add-sub%cids %" G_GUINT64_FORMAT
                                  "-%" G_GUINT64_FORMAT " %s",
                                  files[i][8], start, start + SUBIDS_GIVEN - 1, user);
      g_ptr_array_add (problems,
                       g_strdup_printf ("%s has no range of %d numbers for user '%s'%s", files[i],
                                        SUBIDS_NEEDED, user, remedy != NULL ? remedy : ""));
    }
}

static const char *
namespace_remedy (void)
{
  const char *remedy = vz_namespaces_find_remedy ();

  return remedy != NULL ? remedy
                        : "in a container, start it with the right to do so (docker run "
                          "--privileged); or compose on another host, and install from the file";
}

/* Tried for real: kernel settings, security modules and containers all matter. On failure, unshare
 * leaves a child behind that holds our end of its output. */
static gboolean
check_namespaces (GPtrArray *problems, GCancellable *cancellable, GError **error)
{
  const char *user[] = { "unshare", "--user", "--map-auto", "--map-root-user",
                         "--mount", "--pid",  "--fork",     "--mount-proc",
                         "true",    NULL };
  const char *root[] = { "unshare", "--mount", "--pid", "--fork", "--mount-proc", "true", NULL };
  VzRun run = { .argv = geteuid () == 0 ? root : user,
                .limit_ms = NAMESPACE_LIMIT_MS,
                .wants_errors = TRUE };
  g_autofree char *said = NULL;
  g_autoptr (GError) cause = NULL;
  int status;

  if (!vz_run (&run, &status, &said, cancellable, &cause) && vz_error_is_cancelled (cause))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (cause == NULL && g_spawn_check_wait_status (status, &cause))
    return TRUE;
  g_ptr_array_add (problems,
                   g_strdup_printf ("this %s may not create namespaces (%s); %s",
                                    geteuid () == 0 ? "system, a container perhaps," : "user",
                                    said != NULL && *said != '\0' ? said : cause->message,
                                    namespace_remedy ()));
  return TRUE;
}

/* The guest's programs run in the scratch folder. */
static void
check_cache (GPtrArray *problems)
{
  g_autofree char *path = g_build_filename (g_get_user_cache_dir (), "vz", NULL);
  g_autofree char *problem = vz_host_dup_noexec_problem (path);

  if (problem != NULL)
    g_ptr_array_add (
      problems,
      g_strdup_printf (
        "%s; set XDG_CACHE_HOME to a folder on another file system, or mount this one with 'exec'",
        problem));
}

static void
check_emulation (const char *architecture, GPtrArray *problems)
{
  g_autofree char *path = g_strdup_printf ("/proc/sys/fs/binfmt_misc/qemu-%s", architecture);
  g_autofree char *arch_test = NULL;
  g_autofree char *text = NULL;

  if (g_str_equal (architecture, vz_host_get_architecture ()))
    return;
  arch_test = g_find_program_in_path ("arch-test"); /* mmdebstrap calls it */
  if (arch_test == NULL || !g_file_get_contents (path, &text, NULL, NULL) ||
      !g_str_has_prefix (text, "enabled"))
    g_ptr_array_add (
      problems, g_strdup_printf (
                  "this %s host cannot run the %s programs that composing needs (Debian packages "
                  "qemu-user-static, binfmt-support and arch-test)",
                  vz_host_get_architecture (), architecture));
}

gboolean
vz_compose_host_check (const VzDistribution *distribution, const char *architecture,
                       GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;

  check_programs (distribution, problems);
  check_emulation (architecture, problems);
  check_cache (problems);
  if (geteuid () != 0)
    check_subids (problems);
  if (problems->len == 0 && !check_namespaces (problems, cancellable, error))
    return FALSE;
  if (problems->len == 0)
    return TRUE;
  g_ptr_array_add (problems, NULL);
  text = g_strjoinv ("\n", (char **) problems->pdata);
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "this host cannot compose a %s image: %s",
                  architecture, text);
}
