/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/vz-iso-image.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/vz-disk-header.h"
#include "disk/vz-esp.h"
#include "foundation/file/vz-file.h"
#include "foundation/host/vz-file-users.h"
#include "foundation/vz-bytes.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * A CD begins with a list of descriptors of 2048 bytes each, starting at sector 16: the first gives
 * the volume's name and size, another the position of the boot catalog (El Torito). The catalog's
 * entry for the EFI platform is a small FAT file system with the boot loader. An image that may
 * also be written to a USB stick (a hybrid) has a partition table as well; some have the EFI file
 * system only there. No number read here is trusted. */

#define SECTOR 2048
#define FIRST_DESCRIPTOR 16 /* sectors */
#define DESCRIPTORS_MAX 64
#define DESCRIPTOR_BOOT 0
#define DESCRIPTOR_PRIMARY 1
#define DESCRIPTOR_END 255
#define BOOT_SYSTEM "EL TORITO SPECIFICATION"
#define VOLUME_AT 40
#define VOLUME_LENGTH 32
#define ENTRY 32
#define ENTRY_BOOTABLE 0x88
#define HEADER_MORE 0x90
#define HEADER_LAST 0x91
#define PLATFORM_EFI 0xEF

typedef struct {
  int fd;
  guint64 length; /* of the file */
  guint64 catalog; /* where the boot catalog is; 0: none */
  gboolean has_volume;
  VzIsoImage *image;
} Look;

void
vz_iso_image_clear (VzIsoImage *self)
{
  g_clear_pointer (&self->volume, g_free);
}

static gboolean
fail_catalog (GError **error)
{
  return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "its boot catalog (El Torito) is damaged");
}

static void
take_entry (const guint8 *entry, guint8 platform, guint64 *ret_offset, gboolean *ret_bios)
{
  if (entry[0] != ENTRY_BOOTABLE)
    return;
  if (platform != PLATFORM_EFI)
    *ret_bios = TRUE;
  else if (*ret_offset == 0)
    *ret_offset = (guint64) vz_read_le32 (entry + 8) * SECTOR;
}

gboolean
vz_iso_catalog_find_efi (const guint8 *catalog, gsize size, guint64 *ret_offset, gboolean *ret_bios,
                         GError **error)
{
  guint8 platform;

  *ret_offset = 0;
  *ret_bios = FALSE;
  if (size < 2 * ENTRY || catalog[0] != 1 || catalog[30] != 0x55 || catalog[31] != 0xAA)
    return fail_catalog (error);
  platform = catalog[1];
  take_entry (catalog + ENTRY, platform, ret_offset, ret_bios);
  for (gsize at = 2 * ENTRY; at + ENTRY <= size;)
    {
      const guint8 *header = catalog + at;
      guint left = header[2] | (guint) header[3] << 8;

      if (header[0] != HEADER_MORE && header[0] != HEADER_LAST)
        break;
      for (at += ENTRY; left > 0 && at + ENTRY <= size; left--, at += ENTRY)
        take_entry (catalog + at, header[1], ret_offset, ret_bios);
      if (header[0] == HEADER_LAST)
        break;
    }
  return TRUE;
}

static gboolean
read_at (const Look *self, guint64 at, guint8 *data, gsize size, GError **error)
{
  ssize_t n = at <= G_MAXINT64 - size ? pread (self->fd, data, size, (off_t) at) : 0;

  if (n < 0)
    return vz_fail_errno (error, "it cannot be read");
  return (gsize) n == size || vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the file is truncated");
}

static gboolean
take_volume (Look *self, const guint8 *sector, GError **error)
{
  guint64 blocks = vz_read_le32 (sector + 80);
  guint64 block = sector[128] | (guint) sector[129] << 8;
  g_autofree char *name = g_strndup ((const char *) sector + VOLUME_AT, VOLUME_LENGTH);

  if (self->has_volume)
    return TRUE;
  if (block != SECTOR)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                    "block size: %" G_GUINT64_FORMAT " found, must be %d", block, SECTOR);
  if (blocks * block > self->length)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                    "the file is truncated: the CD has %" G_GUINT64_FORMAT
                    " bytes, the file %" G_GUINT64_FORMAT,
                    blocks * block, self->length);
  self->has_volume = TRUE;
  self->image->volume = g_strchomp (g_utf8_make_valid (name, -1));
  return TRUE;
}

static gboolean
read_descriptors (Look *self, GError **error)
{
  guint8 sector[SECTOR];

  for (guint i = 0; i < DESCRIPTORS_MAX; i++)
    {
      guint64 at = (guint64) (FIRST_DESCRIPTOR + i) * SECTOR;

      if (i == 0 && self->length < at + SECTOR)
        break;
      if (!read_at (self, at, sector, sizeof sector, error))
        return FALSE;
      if (memcmp (sector + 1, "CD001", 5) != 0 || sector[0] == DESCRIPTOR_END)
        break;
      if (sector[0] == DESCRIPTOR_PRIMARY && !take_volume (self, sector, error))
        return FALSE;
      if (sector[0] == DESCRIPTOR_BOOT &&
          memcmp (sector + 7, BOOT_SYSTEM, strlen (BOOT_SYSTEM)) == 0)
        self->catalog = (guint64) vz_read_le32 (sector + 71) * SECTOR;
    }
  return self->has_volume ||
         vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "this is not a CD image (ISO 9660)");
}

/* Where a hybrid's partition table has the EFI file system; 0: nowhere. */
static guint64
find_partition (const Look *self)
{
  gsize size = MIN (VZ_DISK_HEAD, self->length);
  g_autofree guint8 *head = g_malloc (size);
  guint64 offset = 0, length = 0;

  if (!read_at (self, 0, head, size, NULL) ||
      !vz_esp_find (head, size, self->length, &offset, &length, NULL))
    return 0;
  return offset;
}

static gboolean
find_boot_file_system (const Look *self, guint64 *ret_offset, GError **error)
{
  guint8 sector[SECTOR];
  gboolean bios = FALSE;
  guint64 offset = 0;

  if (self->catalog != 0 &&
      (!read_at (self, self->catalog, sector, sizeof sector, error) ||
       !vz_iso_catalog_find_efi (sector, sizeof sector, &offset, &bios, error)))
    return FALSE;
  if (offset == 0)
    offset = find_partition (self);
  if (offset >= self->length)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                    "the file is truncated: its boot loader lies beyond its end");
  *ret_offset = offset;
  if (offset != 0)
    return TRUE;
  if (bios)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "it has no EFI boot entry and boots only with a legacy BIOS, but vz's machines "
                    "boot with EFI");
  return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                  "it is not bootable: it has no boot entry (El Torito)");
}

static gboolean
open_file (Look *self, const char *path, GError **error)
{
  struct stat st;

  /* Do not block on a pipe of that name. */
  self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (self->fd < 0 || fstat (self->fd, &st) != 0)
    return vz_fail_errno (error, "cannot read '%s'", path);
  if (!S_ISREG (st.st_mode))
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "'%s' is not a regular file", path);
  self->length = self->image->size = (guint64) st.st_size;
  return vz_file_check_users (path, VZ_FILE_USE_READ, error);
}

static gboolean
look (Look *self, GCancellable *cancellable, GError **error)
{
  guint64 offset = 0;

  if (!read_descriptors (self, error) || !find_boot_file_system (self, &offset, error))
    return FALSE;
  self->image->architecture = vz_esp_get_architecture (self->fd, offset, cancellable, error);
  return self->image->architecture != NULL;
}

gboolean
vz_iso_image_look (const char *path, VzIsoImage *ret_image, GCancellable *cancellable,
                   GError **error)
{
  g_auto (VzIsoImage) image = { 0 };
  Look self = { .fd = -1, .image = &image };
  gboolean ok = open_file (&self, path, error);

  if (ok && !look (&self, cancellable, error))
    ok = vz_fail_prefix (error, "'%s': ", path);
  vz_file_close (&self.fd);
  if (!ok)
    return FALSE;
  *ret_image = image;
  image.volume = NULL; /* now the caller's */
  return TRUE;
}
