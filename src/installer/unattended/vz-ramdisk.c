/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/unattended/vz-ramdisk.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foundation/file/vz-file.h"
#include "foundation/file/vz-write.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * Linux's initial ramdisk consists of any number of cpio archives (in the "newc" format),
 * compressed or not, each starting at a multiple of four bytes. A member consists of a header of
 * hexadecimal numbers, its name and its data, both padded to four bytes; the last one is called
 * TRAILER!!!. */

#define ALIGNMENT 4
#define END "TRAILER!!!"

static void
align (GString *archive)
{
  while (archive->len % ALIGNMENT != 0)
    g_string_append_c (archive, '\0');
}

static void
add_member (GString *archive, guint number, guint mode, const char *name, const char *text)
{
  gsize size = strlen (text);

  /* Magic, inode, mode, owner, group, links, time, size, device (4), length of the name, sum. */
  g_string_append_printf (archive, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
                          number, mode, 0u, 0u, 1u, 0u, (guint) size, 0u, 0u, 0u, 0u,
                          (guint) strlen (name) + 1, 0u);
  g_string_append_len (archive, name, (gssize) strlen (name) + 1);
  align (archive);
  g_string_append_len (archive, text, (gssize) size);
  align (archive);
}

gboolean
vz_ramdisk_append (const char *path, const VzRamdiskFile *files, guint n, GError **error)
{
  int fd VZ_AUTO_CLOSE = open (path, O_WRONLY | O_CLOEXEC);
  off_t end = fd >= 0 ? lseek (fd, 0, SEEK_END) : -1;
  g_autoptr (GString) archive = g_string_new (NULL);

  if (end < 0)
    return vz_fail_errno (error, "cannot write '%s'", path);
  for (guint i = 0; i < n; i++)
    add_member (archive, i + 1, S_IFREG | 0600, files[i].name, files[i].text);
  add_member (archive, 0, 0, END, "");
  end += (ALIGNMENT - end % ALIGNMENT) % ALIGNMENT;
  return vz_pwrite_all (fd, archive->str, archive->len, end) ||
         vz_fail_errno (error, "cannot write '%s'", path);
}
