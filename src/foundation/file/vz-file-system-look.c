/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/file/vz-file-system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#define MSDOS_MAGIC 0x4d44
#define EXFAT_MAGIC 0x2011bab0
#define MSDOS_LARGEST G_GUINT64_CONSTANT (0xffffffff)

/* Fields of a line: id, parent, device, root, mount point, options..., "-", type, source,
 * options. */
static gboolean
parse_line (const char *line, guint64 id, VzFileSystem *self)
{
  g_auto (GStrv) fields = g_strsplit (line, " ", -1);
  guint i = 0;

  if (g_strv_length (fields) < 7 || g_ascii_strtoull (fields[0], NULL, 10) != id)
    return FALSE;
  while (fields[i] != NULL && !g_str_equal (fields[i], "-"))
    i++;
  if (fields[i] == NULL || fields[i + 1] == NULL)
    return FALSE;
  self->type = g_strdup (fields[i + 1]);
  self->mount_point = g_strcompress (fields[4]); /* spaces are written as \040 */
  return TRUE;
}

static void
find_mount (const char *path, VzFileSystem *self)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  struct statx st;

  if (statx (AT_FDCWD, path, 0, STATX_MNT_ID, &st) != 0 || (st.stx_mask & STATX_MNT_ID) == 0 ||
      !g_file_get_contents ("/proc/self/mountinfo", &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && self->type == NULL; i++)
    parse_line (lines[i], st.stx_mnt_id, self);
}

static gboolean
is_dos_type (const char *type)
{
  static const char *const types[] = { "vfat", "msdos", "exfat", "fuse.exfat", NULL };

  return g_strv_contains (types, type);
}

static void
judge (VzFileSystem *self, const struct statfs *st)
{
  const guint32 magic = (guint32) st->f_type;
  struct rlimit limit;

  self->dos_family = magic == MSDOS_MAGIC || magic == EXFAT_MAGIC || is_dos_type (self->type);
  self->dos_names = self->dos_family || g_str_has_prefix (self->type, "ntfs") ||
                    g_str_equal (self->type, "cifs") || g_str_equal (self->type, "smb3");
  self->largest_file = magic == MSDOS_MAGIC ? MSDOS_LARGEST : G_MAXUINT64;
  if (getrlimit (RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    self->largest_file = MIN (self->largest_file, (guint64) limit.rlim_cur);
}

gboolean
vz_file_system_look (const char *path, VzFileSystem *self)
{
  g_autofree char *directory = g_canonicalize_filename (path, NULL);
  struct statfs st;

  *self = (VzFileSystem){ 0 };
  while (statfs (directory, &st) != 0)
    {
      char *parent = g_path_get_dirname (directory);

      if (errno != ENOENT || g_str_equal (parent, directory))
        {
          g_free (parent);
          return FALSE;
        }
      g_free (directory);
      directory = parent;
    }
  find_mount (directory, self);
  if (self->type == NULL)
    self->type = g_strdup ("unknown");
  self->free_space = (guint64) st.f_bavail * (guint64) (st.f_frsize > 0 ? st.f_frsize : st.f_bsize);
  self->read_only = ((gulong) st.f_flags & ST_RDONLY) != 0;
  self->no_exec = ((gulong) st.f_flags & ST_NOEXEC) != 0;
  judge (self, &st);
  return TRUE;
}

void
vz_file_system_clear (VzFileSystem *self)
{
  g_clear_pointer (&self->type, g_free);
  g_clear_pointer (&self->mount_point, g_free);
}
