/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-proc.h"

#include <pwd.h>
#include <string.h>

/* of /proc/PID/stat, counted from the one after the name */
#define FLAGS_FIELD 7
#define START_FIELD 20
/* The kernel's PF_EXITING, also set in a zombie. */
#define FLAG_EXITING 0x4

guint64
vz_proc_get_start (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;
  const char *rest;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  rest = strrchr (text, ')'); /* the name may contain spaces and parentheses */
  if (rest == NULL)
    return 0;
  fields = g_strsplit (rest + 1, " ", START_FIELD + 2);
  return g_strv_length (fields) > START_FIELD &&
             (g_ascii_strtoull (fields[FLAGS_FIELD], NULL, 10) & FLAG_EXITING) == 0
           ? g_ascii_strtoull (fields[START_FIELD], NULL, 10)
           : 0;
}

char *
vz_proc_dup_program (int pid)
{
  g_autofree char *link = g_strdup_printf ("/proc/%d/exe", pid);
  g_autofree char *name = g_strdup_printf ("/proc/%d/comm", pid);
  g_autofree char *path = g_file_read_link (link, NULL);
  g_autofree char *text = NULL;

  if (path != NULL)
    {
      if (g_str_has_suffix (path, " (deleted)")) /* it was replaced by a newer one */
        path[strlen (path) - strlen (" (deleted)")] = '\0';
      return g_path_get_basename (path);
    }
  if (!g_file_get_contents (name, &text, NULL, NULL)) /* another user's */
    return NULL;
  return g_strdup (g_strchomp (text));
}

char *
vz_proc_dup_user (guint uid)
{
  struct passwd entry;
  struct passwd *found = NULL;
  char buffer[4096];

  if (getpwuid_r (uid, &entry, buffer, sizeof buffer, &found) == 0 && found != NULL)
    return g_strdup (found->pw_name);
  return g_strdup_printf ("%u", uid);
}
