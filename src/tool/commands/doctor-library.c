/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/commands/doctor-library.h"

#include "foundation/file/vz-paths.h"

/* @words after "timeout": a program that hangs does not find the library. */
static gboolean
succeeds (const char *const *words)
{
  const char *argv[8] = { "timeout", "20" };
  int status = -1;

  for (guint i = 0; words[i] != NULL; i++)
    argv[i + 2] = words[i];
  return g_spawn_sync (NULL, (char **) argv, NULL,
                       G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
                         G_SPAWN_STDERR_TO_DEV_NULL,
                       NULL, NULL, NULL, NULL, &status, NULL) &&
         g_spawn_check_wait_status (status, NULL);
}

static gboolean
is_installed (const char *program)
{
  g_autofree char *path = g_find_program_in_path (program);

  return path != NULL;
}

/* NULL if C programs find the library. */
static const char *
what_c_lacks (void)
{
  if (!is_installed ("pkg-config"))
    return "C programs need pkg-config (Debian package pkg-config)";
  return succeeds ((const char *[]){ "pkg-config", "--exists", "vz-1.0", NULL })
           ? NULL
           : "pkg-config does not find vz-1.0";
}

/* NULL if Python finds the library. */
static const char *
what_python_lacks (void)
{
  static const char import[] = "import gi\n"
                               "gi.require_version('Vz', '1.0')\n"
                               "from gi.repository import Vz\n";

  if (!succeeds ((const char *[]){ "python3", "-c", "import gi", NULL }))
    return "Python programs need gi (Debian package python3-gi)";
  return succeeds ((const char *[]){ "python3", "-c", import, NULL }) ? NULL
                                                                      : "Python does not find Vz";
}

gboolean
tool_examine_library (char **ret_text)
{
  g_autofree char *line = vz_find_data ("env.sh", NULL);
  const char *c, *python;

  *ret_text = NULL;
  if (line == NULL)
    return TRUE;
  c = what_c_lacks ();
  python = what_python_lacks ();
  if (c == NULL && python == NULL)
    *ret_text = g_strdup ("C and Python find it");
  else
    *ret_text = g_strdup_printf ("%s%s%s; in your shell, run this first: . %s", c != NULL ? c : "",
                                 c != NULL && python != NULL ? "; " : "",
                                 python != NULL ? python : "", line);
  return c == NULL && python == NULL;
}
