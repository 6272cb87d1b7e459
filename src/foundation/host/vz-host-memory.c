/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/host/vz-host.h"

#include <string.h>
#include <unistd.h>

#define CGROUPS "/sys/fs/cgroup"

/* The limit in a group's file; "max" means none. */
static guint64
read_limit (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  guint64 limit;

  if (!g_file_get_contents (path, &text, NULL, NULL) ||
      !g_ascii_string_to_unsigned (g_strchomp (text), 10, 0, G_MAXUINT64, &limit, NULL))
    return G_MAXUINT64;
  return limit;
}

/* A group has no more than its ancestors. In a container, the path may be the host's and lead
 * nowhere; then only the groups above exist. */
static guint64
find_limit (const char *root, const char *group, const char *name)
{
  g_autofree char *folder = g_build_filename (root, group, NULL);
  guint64 limit = read_limit (folder, name);

  while (strlen (folder) > strlen (root))
    {
      char *parent = g_path_get_dirname (folder);

      g_free (folder);
      folder = parent;
      limit = MIN (limit, read_limit (folder, name));
    }
  return limit;
}

guint64
vz_host_find_memory_limit (const char *text, const char *root)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *first = g_build_filename (root, "memory", NULL);
  guint64 limit = G_MAXUINT64;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ":", 3);
      guint64 found = G_MAXUINT64;

      if (g_strv_length (fields) != 3)
        continue;
      if (*fields[1] == '\0')
        found = find_limit (root, fields[2], "memory.max");
      else if (g_str_equal (fields[1], "memory"))
        found = find_limit (first, fields[2], "memory.limit_in_bytes");
      limit = MIN (limit, found);
    }
  return limit;
}

guint64
vz_host_get_memory_size (void)
{
  g_autofree char *text = NULL;
  long pages = sysconf (_SC_PHYS_PAGES);
  long page_size = sysconf (_SC_PAGESIZE);
  guint64 size;

  if (pages <= 0 || page_size <= 0)
    return 0;
  size = (guint64) pages * (guint64) page_size;
  if (!g_file_get_contents ("/proc/self/cgroup", &text, NULL, NULL))
    return size;
  return MIN (size, vz_host_find_memory_limit (text, CGROUPS));
}
