/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/vz-disk-header.h"

#include <string.h>

#include "foundation/vz-bytes.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * qemu-img follows an image's references to other files: a qcow2's backing file and data file, a
 * vmdk's extents and parent. All of these are in the first bytes, which are checked here before
 * another program sees the file. The sandbox would refuse the files anyway. */

#define SECTOR 512
#define ISO_MAGIC 0x8001
#define TAR_MAGIC 257
#define VDI_MAGIC 0x40
#define VMDK_DESCRIPTOR_MAX (64 * 1024)

static gboolean
has (const guint8 *head, gsize size, gsize at, const char *magic, gsize length)
{
  return at + length <= size && memcmp (head + at, magic, length) == 0;
}

const char *
vz_disk_format_get_name (VzDiskFormat format)
{
  static const char *const names[] = { "unknown", "raw", "qcow2", "vmdk", "vdi", "vhdx" };

  return (gsize) format < G_N_ELEMENTS (names) ? names[format] : names[0];
}

VzDiskWrapping
vz_disk_wrapping_recognize (const guint8 *head, gsize size)
{
  if (has (head, size, 0,
           "\xFD"
           "7zXZ\0",
           6))
    return VZ_DISK_WRAPPING_XZ;
  if (has (head, size, 0, "\x1F\x8B\x08", 3))
    return VZ_DISK_WRAPPING_GZIP;
  if (has (head, size, 0, "\x28\xB5\x2F\xFD", 4))
    return VZ_DISK_WRAPPING_ZSTD;
  if (has (head, size, 0, "PK\3\4", 4))
    return VZ_DISK_WRAPPING_ZIP;
  if (has (head, size, TAR_MAGIC, "ustar", 5))
    return VZ_DISK_WRAPPING_TAR;
  return VZ_DISK_WRAPPING_NONE;
}

static gboolean
has_boot_sector (const guint8 *head, gsize size)
{
  return has (head, size, SECTOR, "EFI PART", 8) || has (head, size, 510, "\x55\xAA", 2);
}

VzDiskFormat
vz_disk_format_recognize (const guint8 *head, gsize size, GError **error)
{
  if (has (head, size, 0, "QFI\xFB", 4))
    return VZ_DISK_FORMAT_QCOW2;
  if (has (head, size, 0, "KDMV", 4))
    return VZ_DISK_FORMAT_VMDK;
  if (has (head, size, VDI_MAGIC, "\x7F\x10\xDA\xBE", 4))
    return VZ_DISK_FORMAT_VDI;
  if (has (head, size, 0, "vhdxfile", 8))
    return VZ_DISK_FORMAT_VHDX;
  if (has (head, size, ISO_MAGIC, "CD001", 5))
    vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
             "this is a CD image (ISO 9660), which installs a system but does not contain an "
             "installed one");
  else if (has (head, size, 0, "# Disk DescriptorFile", 21))
    vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
             "this is only a vmdk's description, whose data are in other files; convert it to a "
             "single file ('qemu-img convert -O vmdk')");
  else if (has (head, size, 0, "COWD", 4) || has (head, size, 0, "shdw", 4) ||
           has (head, size, 0, "conectix", 8) || has (head, size, 0, "QED\0", 4))
    vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
             "the image's format is not qcow2, raw, vmdk, vdi or vhdx");
  else if (has_boot_sector (head, size))
    return VZ_DISK_FORMAT_RAW;
  else if (has (head, size, 4096, "EFI PART", 8))
    vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
             "this disk has sectors of 4096 bytes, but a machine's disk has sectors of 512");
  else
    vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
             "not qcow2, vmdk, vdi, vhdx, nor a raw disk with a partition table");
  return VZ_DISK_FORMAT_UNKNOWN;
}

static gboolean
fail_short (GError **error)
{
  return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the file is truncated");
}

#define QCOW2_DATA_FILE (1u << 2) /* of the incompatible features */
#define QCOW2_KNOWN 0x1Fu /* dirty, corrupt, data file, compression, extended L2 */

static gboolean
check_qcow2 (const guint8 *head, gsize size, GError **error)
{
  guint32 version;
  guint64 features;

  if (size < 104)
    return fail_short (error);
  version = vz_read_be32 (head + 4);
  if (version != 2 && version != 3)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "qcow2 version: %u found, must be 2 or 3",
                    version);
  features = version == 3 ? vz_read_be64 (head + 72) : 0;
  if (vz_read_be64 (head + 8) != 0)
    return vz_fail (
      error, VZ_ERROR_INVALID_DISK_IMAGE,
      "the image is incomplete without its backing file ('qemu-img convert' merges the two)");
  if ((features & QCOW2_DATA_FILE) != 0)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the image's data are in another file");
  if (vz_read_be32 (head + 32) != 0)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the image is encrypted");
  return (features & ~(guint64) QCOW2_KNOWN) == 0 ||
         vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                  "qcow2 features: %" G_GINT64_MODIFIER "x found, not all of them are known",
                  features);
}

/* For the description in a vmdk: one sparse extent, this file, and no parent. */
static gboolean
check_vmdk_lines (char *text, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint extents = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);
      g_auto (GStrv) words = g_strsplit_set (line, " \t", -1);

      if (g_ascii_strncasecmp (line, "parentFileNameHint", 18) == 0 ||
          (g_ascii_strncasecmp (line, "parentCID", 9) == 0 && strchr (line, '=') != NULL &&
           g_ascii_strcasecmp (g_strchug (strchr (line, '=') + 1), "ffffffff") != 0))
        return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                        "the vmdk is incomplete without its parent");
      if (words[0] == NULL || (g_ascii_strcasecmp (words[0], "RW") != 0 &&
                               g_ascii_strcasecmp (words[0], "RDONLY") != 0 &&
                               g_ascii_strcasecmp (words[0], "NOACCESS") != 0))
        continue;
      extents++;
      if (words[1] == NULL || words[2] == NULL || g_ascii_strcasecmp (words[2], "SPARSE") != 0)
        return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                        "the vmdk has its data in another file: extent '%.80s'", line);
    }
  return extents <= 1 || vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                                  "the vmdk has %u extents, only one is allowed", extents);
}

static gboolean
check_vmdk (const guint8 *head, gsize size, GError **error)
{
  guint64 at, length;
  g_autofree char *text = NULL;

  if (size < SECTOR)
    return fail_short (error);
  at = vz_read_le64 (head + 28);
  length = vz_read_le64 (head + 36);
  if (vz_read_le64 (head + 12) == 0)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the vmdk has its data in another file");
  if (at == 0)
    return TRUE;
  if (length == 0 || at > size / SECTOR || length > VMDK_DESCRIPTOR_MAX / SECTOR ||
      (at + length) * SECTOR > size)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                    "the vmdk's description lies outside the file's beginning");
  text = g_strndup ((const char *) head + at * SECTOR, length * SECTOR);
  return check_vmdk_lines (text, error);
}

static gboolean
check_vdi (const guint8 *head, gsize size, guint64 length, GError **error)
{
  guint64 end;
  guint32 kind;

  if (size < SECTOR)
    return fail_short (error);
  kind = vz_read_le32 (head + 0x4C);
  if (kind != 1 && kind != 2)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                    "the vdi is of kind %u, which needs another file", kind);
  end = vz_read_le32 (head + 0x158) +
        (guint64) vz_read_le32 (head + 0x178) * vz_read_le32 (head + 0x184);
  return end <= length || fail_short (error);
}

gboolean
vz_disk_header_check (VzDiskFormat format, const guint8 *head, gsize size, guint64 length,
                      GError **error)
{
  switch (format)
    {
    case VZ_DISK_FORMAT_QCOW2:
      return check_qcow2 (head, size, error);
    case VZ_DISK_FORMAT_VMDK:
      return check_vmdk (head, size, error);
    case VZ_DISK_FORMAT_VDI:
      return check_vdi (head, size, length, error);
    case VZ_DISK_FORMAT_RAW:
    case VZ_DISK_FORMAT_VHDX: /* QEMU itself refuses a parent */
    case VZ_DISK_FORMAT_UNKNOWN:
      break;
    }
  return TRUE;
}
