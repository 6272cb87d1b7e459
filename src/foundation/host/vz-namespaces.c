/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-namespaces.h"

#include <unistd.h>

/* What most often forbids them. The second is a Debian patch; the third comes with AppArmor on
 * Ubuntu since 23.10: a namespace can be created, but gives no rights inside it. */
static const struct {
  const char *file;
  char forbids;
  gboolean not_for_root;
  const char *remedy;
} rows[] = {
  { "user/max_user_namespaces", '0', TRUE, "as root: sysctl user.max_user_namespaces=15000" },
  { "kernel/unprivileged_userns_clone", '0', TRUE,
    "as root: sysctl kernel.unprivileged_userns_clone=1" },
  { "kernel/apparmor_restrict_unprivileged_userns", '1', TRUE,
    "AppArmor restricts them here, as on Ubuntu; as root: sysctl "
    "kernel.apparmor_restrict_unprivileged_userns=0" },
  { "user/max_mnt_namespaces", '0', FALSE, "as root: sysctl user.max_mnt_namespaces=15000" },
  { "user/max_pid_namespaces", '0', FALSE, "as root: sysctl user.max_pid_namespaces=15000" },
};

const char *
vz_namespaces_find_remedy_in (const char *settings, gboolean is_root)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_build_filename (settings, rows[i].file, NULL);
      g_autofree char *text = NULL;

      if (!(rows[i].not_for_root && is_root) && g_file_get_contents (path, &text, NULL, NULL) &&
          *text == rows[i].forbids && !g_ascii_isdigit (text[1]))
        return rows[i].remedy;
    }
  return NULL;
}

const char *
vz_namespaces_find_remedy (void)
{
  return vz_namespaces_find_remedy_in ("/proc/sys", geteuid () == 0);
}
