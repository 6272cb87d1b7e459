/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/vz-ignition-disk.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "disk/vz-disk-header.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-bytes.h"

/* How this works
 *
 * Nothing on a disk says "Ignition" where it can be read without the guest's file systems. But
 * these systems find their own partitions by name, so the names are theirs and stay:
 *
 * Flatcar        EFI-SYSTEM, USR-A, USR-B, OEM, ROOT, ... (its "disk layout" page)
 * Fedora CoreOS, RHEL CoreOS and what is made like them
 *                EFI-SYSTEM, boot, root, on x86_64 also BIOS-BOOT (coreos-assembler's
 *                create_disk.sh); its bootupd and growfs look for "EFI-SYSTEM", "boot" and "root"
 *
 * A name counts only as a whole, and in its case: other systems have "boot" and "root", too, but
 * no "EFI-SYSTEM". */

#define SECTOR 512
#define ENTRIES_MAX 1024
#define NAME_AT 56
#define NAME_UNITS 36 /* UTF-16 */

static const char *const flatcar[] = { "EFI-SYSTEM", "USR-A", "OEM", "ROOT", NULL };
static const char *const core_os[] = { "EFI-SYSTEM", "boot", "root", NULL };

static gboolean
is_called (const guint8 *row, const char *name)
{
  gsize length = strlen (name);

  for (gsize i = 0; i < length; i++)
    if (row[NAME_AT + 2 * i] != (guint8) name[i] || row[NAME_AT + 2 * i + 1] != 0)
      return FALSE;
  return length == NAME_UNITS ||
         (row[NAME_AT + 2 * length] == 0 && row[NAME_AT + 2 * length + 1] == 0);
}

static gboolean
has_all (const guint8 *rows, guint32 n, guint32 length, const char *const *names)
{
  static const guint8 unused[16];

  for (; *names != NULL; names++)
    {
      gboolean found = FALSE;

      for (guint32 i = 0; i < n && !found; i++)
        {
          const guint8 *row = rows + (gsize) i * length;

          found = memcmp (row, unused, sizeof unused) != 0 && is_called (row, *names);
        }
      if (!found)
        return FALSE;
    }
  return TRUE;
}

gboolean
vz_ignition_disk_recognize (const guint8 *head, gsize size)
{
  guint64 sector;
  guint32 n, length;

  if (size < (gsize) 2 * SECTOR || memcmp (head + SECTOR, "EFI PART", 8) != 0)
    return FALSE;
  sector = vz_read_le64 (head + SECTOR + 72);
  n = vz_read_le32 (head + SECTOR + 80);
  length = vz_read_le32 (head + SECTOR + 84);
  if (n > ENTRIES_MAX || length < 128 || length > 4096 || sector > size / SECTOR ||
      (guint64) n * length > size - sector * SECTOR)
    return FALSE;
  return has_all (head + sector * SECTOR, n, length, flatcar) ||
         has_all (head + sector * SECTOR, n, length, core_os);
}

gboolean
vz_ignition_disk_recognize_file (const char *path)
{
  int fd VZ_AUTO_CLOSE = open (path, O_RDONLY | O_CLOEXEC);
  g_autofree guint8 *head = g_malloc (VZ_DISK_HEAD);
  ssize_t n = fd >= 0 ? pread (fd, head, VZ_DISK_HEAD, 0) : -1;

  return n > 0 && vz_ignition_disk_recognize (head, (gsize) n);
}
