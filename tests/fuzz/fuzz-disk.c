/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/vz-disk-header.h"
#include "disk/vz-esp.h"
#include "disk/vz-ignition-disk.h"
#include "disk/vz-iso-image.h"
#include "disk/vz-tar-member.h"

#include "foundation/file/vz-file.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What is found lies in what it was found in. */
static void
check_place (guint64 offset, guint64 size, guint64 length)
{
  g_assert (offset <= length && size <= length - offset);
}

static void
find_in_archive (const uint8_t *data, size_t size)
{
  int fd VZ_AUTO_CLOSE = memfd_create ("fuzz", MFD_CLOEXEC);
  guint64 offset = 0, length = 0;

  if (fd >= 0 && write (fd, data, size) == (ssize_t) size &&
      vz_tar_find_disk (fd, size, &offset, &length, NULL))
    check_place (offset, length, size);
}

/* The beginning of whatever somebody calls a disk image. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const VzDiskFormat formats[] = { VZ_DISK_FORMAT_QCOW2, VZ_DISK_FORMAT_VMDK,
                                          VZ_DISK_FORMAT_VDI };
  g_autofree guint8 *head = g_memdup2 (data, size);
  guint64 offset = 0, length = 0;
  gboolean found, bios;

  vz_disk_format_recognize (head, size, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    vz_disk_header_check (formats[i], head, size, size, NULL);
  found = vz_esp_find (head, size, size, &offset, &length, NULL);
  if (found)
    check_place (offset, length, size);
  vz_ignition_disk_recognize (head, size);
  vz_iso_catalog_find_efi (head, size, &offset, &bios, NULL);
  if (vz_disk_wrapping_recognize (head, size) == VZ_DISK_WRAPPING_TAR)
    find_in_archive (data, size);
  return 0;
}
