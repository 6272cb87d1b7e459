/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/vz-esp.h"

#include <string.h>

#include "disk/vz-sandbox.h"
#include "foundation/host/vz-host.h"
#include "foundation/vz-bytes.h"
#include "foundation/vz-fail.h"

#define SECTOR 512
#define ENTRIES_MAX 1024
#define MBR_ENTRIES 446
#define MBR_ESP 0xEF

/* C12A7328-F81F-11D2-BA4B-00A0C93EC93B as stored on a disk. */
static const guint8 esp_guid[16] = { 0x28, 0x73, 0x2A, 0xC1, 0x1F, 0xF8, 0xD2, 0x11,
                                     0xBA, 0x4B, 0x00, 0xA0, 0xC9, 0x3E, 0xC9, 0x3B };

static const struct {
  const char *file; /* what the firmware starts if nothing has been installed */
  const char *architecture;
  gboolean known; /* to vz */
} loaders[] = {
  { "BOOTX64.EFI", "x86_64", TRUE },       { "BOOTAA64.EFI", "aarch64", TRUE },
  { "BOOTIA32.EFI", "i386", FALSE },       { "BOOTARM.EFI", "arm", FALSE },
  { "BOOTRISCV64.EFI", "riscv64", FALSE }, { "BOOTLOONGARCH64.EFI", "loongarch64", FALSE },
};

typedef struct {
  guint64 first; /* sectors */
  guint64 count;
  gboolean is_esp;
} Entry;

static gboolean
take (const Entry *entry, guint64 disk_size, guint64 *ret_offset, guint64 *ret_size, GError **error)
{
  guint64 sectors = disk_size / SECTOR;

  if (entry->first > sectors || entry->count > sectors - entry->first)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                    "the image is truncated: a partition ends at sector %" G_GUINT64_FORMAT
                    ", and the disk has %" G_GUINT64_FORMAT,
                    entry->first + entry->count, sectors);
  if (entry->is_esp && *ret_size == 0)
    {
      *ret_offset = entry->first * SECTOR;
      *ret_size = entry->count * SECTOR;
    }
  return TRUE;
}

static gboolean
read_gpt (const guint8 *head, gsize size, guint64 disk_size, guint64 *ret_offset, guint64 *ret_size,
          GError **error)
{
  static const guint8 unused[16];
  guint64 sector = vz_read_le64 (head + SECTOR + 72), at = sector * SECTOR;
  guint32 n = vz_read_le32 (head + SECTOR + 80), length = vz_read_le32 (head + SECTOR + 84);

  if (n > ENTRIES_MAX || length < 128 || length > 4096 || sector > size / SECTOR || at > size ||
      (guint64) n * length > size - at)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the partition table (GPT) is damaged");
  for (guint32 i = 0; i < n; i++)
    {
      const guint8 *row = head + at + (gsize) i * length;
      guint64 first = vz_read_le64 (row + 32), last = vz_read_le64 (row + 40);
      Entry entry = { first, last - first + 1, memcmp (row, esp_guid, 16) == 0 };

      if (memcmp (row, unused, 16) == 0)
        continue;
      if (last < first)
        return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the partition table (GPT) is damaged");
      if (!take (&entry, disk_size, ret_offset, ret_size, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_mbr (const guint8 *head, guint64 disk_size, guint64 *ret_offset, guint64 *ret_size,
          GError **error)
{
  for (guint i = 0; i < 4; i++)
    {
      const guint8 *row = head + MBR_ENTRIES + 16 * i;
      Entry entry = { vz_read_le32 (row + 8), vz_read_le32 (row + 12), row[4] == MBR_ESP };

      if (row[4] != 0 && !take (&entry, disk_size, ret_offset, ret_size, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
vz_esp_find (const guint8 *head, gsize size, guint64 disk_size, guint64 *ret_offset,
             guint64 *ret_size, GError **error)
{
  gboolean ok;

  *ret_offset = *ret_size = 0;
  if (size < 2 * SECTOR)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the image is truncated");
  if (memcmp (head + SECTOR, "EFI PART", 8) == 0)
    ok = read_gpt (head, size, disk_size, ret_offset, ret_size, error);
  else if (head[510] == 0x55 && head[511] == 0xAA)
    ok = read_mbr (head, disk_size, ret_offset, ret_size, error);
  else
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the disk has no partition table");
  if (!ok || *ret_size > 0)
    return ok;
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                  "the disk has no EFI system partition: it boots with a legacy BIOS, but vz's "
                  "machines boot with EFI; look for an image called 'uefi' or 'generic'");
}

/* The names in @folder, or nothing if there is no such folder or file system; @option: NULL, or one
 * more for mdir. */
static char *
list_folder (int fd, guint64 offset, const char *option, const char *folder,
             GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d@@%" G_GUINT64_FORMAT, fd, offset);
  const char *argv[] = { "mdir", "-b", "-i", path, folder, option, NULL };
  VzSandbox mdir = { .argv = argv, .package = "mtools", .read_fd = fd, .drops_errors = TRUE };
  g_autofree char *said = NULL;
  int status = 0;

  if (!vz_sandbox_run (&mdir, &status, &said, cancellable, error))
    return NULL;
  return g_ascii_strup (said, -1);
}

const char *
vz_esp_get_architecture (int fd, guint64 offset, GCancellable *cancellable, GError **error)
{
  g_autofree char *upper = list_folder (fd, offset, NULL, "::/EFI/BOOT", cancellable, error);
  const char *found = NULL, *foreign = NULL;

  if (upper == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (loaders); i++)
    {
      g_autofree char *name = g_strconcat ("/", loaders[i].file, NULL);

      if (strstr (upper, name) == NULL)
        continue;
      if (!loaders[i].known)
        foreign = loaders[i].architecture;
      else if (found == NULL || g_str_equal (loaders[i].architecture, vz_host_get_architecture ()))
        found = loaders[i].architecture;
    }
  if (found != NULL)
    return found;
  if (foreign != NULL)
    return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                         "its system is for %s, but machines are x86_64 or aarch64", foreign);
  return vz_fail_null (error, VZ_ERROR_NOT_SUPPORTED,
                       "its EFI system partition has no boot loader where the firmware looks for "
                       "one (EFI/BOOT/BOOTX64.EFI or BOOTAA64.EFI)");
}

gboolean
vz_esp_has_loader (int fd, guint64 offset, GCancellable *cancellable, GError **error)
{
  g_autofree char *upper = list_folder (fd, offset, "-/", "::/EFI", cancellable, error);

  return upper != NULL && strstr (upper, ".EFI") != NULL;
}
