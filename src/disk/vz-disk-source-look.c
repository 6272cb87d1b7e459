/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/vz-disk-source-private.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/vz-disk-header.h"
#include "disk/vz-esp.h"
#include "disk/vz-ignition-disk.h"
#include "disk/vz-sandbox.h"
#include "disk/vz-tar-member.h"
#include "foundation/file/vz-file-content.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "foundation/vz-size.h"

/* How this works
 *
 * Before any lengthy step, the beginning of the disk is read: its partition table, and the EFI
 * system partition, which shows what machine its system is for. Any part of a plain image can be
 * read; the beginning of a compressed one is unpacked as far as needed, or not at all if that would
 * be too far. */

#define ESP_MAX (G_GUINT64_CONSTANT (2) << 30)
#define UNPACK_MAX (G_GUINT64_CONSTANT (512) << 20) /* of a compressed image, for examining it */

gboolean
vz_disk_source_is_plain (VzDiskSource *self)
{
  return self->wrapping == VZ_DISK_WRAPPING_NONE || self->wrapping == VZ_DISK_WRAPPING_TAR;
}

static gsize
read_head (int fd, guint64 offset, guint8 *head)
{
  ssize_t n = pread (fd, head, VZ_DISK_HEAD, (off_t) offset);

  return n > 0 ? (gsize) n : 0;
}

/* The system's architecture, according to the file system @fd. */
static gboolean
look_at_esp (VzDiskSource *self, int fd, GCancellable *cancellable, GError **error)
{
  self->architecture = vz_esp_get_architecture (fd, 0, cancellable, error);
  return self->architecture != NULL;
}

/* The disk's first bytes, and the position of its EFI system partition found there. */
static gboolean
find_esp (VzDiskSource *self, guint64 *ret_offset, guint64 *ret_size, GCancellable *cancellable,
          GError **error)
{
  int fd VZ_AUTO_CLOSE = vz_sandbox_open_scratch (error);
  g_autofree guint8 *head = g_malloc (VZ_DISK_HEAD);
  guint64 size = MIN (VZ_DISK_HEAD, self->disk_size);

  if (fd < 0 || !vz_disk_source_convert (self, 0, size, fd, NULL, cancellable, error))
    return FALSE;
  size = read_head (fd, 0, head);
  self->takes_ignition = vz_ignition_disk_recognize (head, size);
  return vz_esp_find (head, size, self->disk_size, ret_offset, ret_size, error);
}

static gboolean
look_at_plain (VzDiskSource *self, GCancellable *cancellable, GError **error)
{
  int fd VZ_AUTO_CLOSE = -1;
  guint64 offset, size;

  if (!vz_disk_source_measure (self, cancellable, error) ||
      !find_esp (self, &offset, &size, cancellable, error))
    return FALSE;
  if (size > ESP_MAX)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                    "the EFI system partition has %" G_GUINT64_FORMAT
                    " bytes, at most %" G_GUINT64_FORMAT " are allowed",
                    size, ESP_MAX);
  fd = vz_sandbox_open_scratch (error);
  return fd >= 0 && vz_disk_source_convert (self, offset, size, fd, NULL, cancellable, error) &&
         look_at_esp (self, fd, cancellable, error);
}

gboolean
vz_disk_source_look_at_backing (VzDiskSource *self, guint64 length, GError **error)
{
  g_autofree guint8 *head = g_malloc (VZ_DISK_HEAD);
  gsize n = read_head (self->backing_fd, 0, head);

  self->backing_format = vz_disk_format_recognize (head, n, error);
  return self->backing_format != VZ_DISK_FORMAT_UNKNOWN &&
         vz_disk_header_check (self->backing_format, head, n, length, error);
}

#define QCOW2_BACKING_AT 8 /* where in the file the backing file's name is; 0: none */

/* If the backing image is given, the name of one in the header is ignored. */
static void
forget_backing (VzDiskSource *self, guint8 *head, gsize size)
{
  static const guint8 none[8] = { 0 };

  if (self->backing_fd < 0)
    return;
  if (self->format != VZ_DISK_FORMAT_QCOW2 || size < QCOW2_BACKING_AT + sizeof none ||
      memcmp (head + QCOW2_BACKING_AT, none, sizeof none) == 0)
    vz_file_close (&self->backing_fd); /* it has no backing image */
  else
    memcpy (head + QCOW2_BACKING_AT, none, sizeof none);
}

static gboolean
recognize (VzDiskSource *self, guint8 *head, gsize size, guint64 length, GError **error)
{
  self->format = vz_disk_format_recognize (head, size, error);
  if (self->format == VZ_DISK_FORMAT_UNKNOWN)
    return FALSE;
  forget_backing (self, head, size);
  return vz_disk_header_check (self->format, head, size, length, error);
}

/* An xz file ends with a footer; only zeros may follow. */
static gboolean
check_end (VzDiskSource *self, GError **error)
{
  guint8 end[4] = { 0 };
  guint64 at = self->length;

  if (self->wrapping != VZ_DISK_WRAPPING_XZ)
    return TRUE;
  while (at >= sizeof end && end[2] == 0 && end[3] == 0)
    {
      at -= sizeof end;
      if (pread (self->fd, end, sizeof end, (off_t) at) != sizeof end)
        break;
    }
  return (end[2] == 'Y' && end[3] == 'Z') ||
         vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE, "the file is truncated");
}

/* Nothing more can be known about a non-raw image before it is unpacked. */
static gboolean
look_at_packed (VzDiskSource *self, GCancellable *cancellable, GError **error)
{
  int fd VZ_AUTO_CLOSE = vz_sandbox_open_scratch (error);
  int more VZ_AUTO_CLOSE = -1;
  int esp VZ_AUTO_CLOSE = -1;
  g_autofree guint8 *head = g_malloc (VZ_DISK_HEAD);
  guint64 offset, size;
  gsize n;

  if (fd < 0 || !check_end (self, error) ||
      !vz_disk_source_unpack (self, fd, VZ_DISK_HEAD, TRUE, NULL, cancellable, error))
    return FALSE;
  n = read_head (fd, 0, head);
  if (vz_disk_wrapping_recognize (head, n) != VZ_DISK_WRAPPING_NONE)
    return vz_fail (error, VZ_ERROR_INVALID_DISK_IMAGE,
                    "the image is packed more than once; unpack the outer archive first");
  if (!recognize (self, head, n, G_MAXUINT64, error))
    return FALSE;
  if (self->format != VZ_DISK_FORMAT_RAW)
    return TRUE;
  if (!vz_esp_find (head, n, VZ_DISK_SOURCE_MAX, &offset, &size, error))
    return FALSE;
  self->takes_ignition = vz_ignition_disk_recognize (head, n);
  if (offset + size > UNPACK_MAX)
    return TRUE;
  more = vz_sandbox_open_scratch (error);
  esp = vz_sandbox_open_scratch (error);
  if (more < 0 || esp < 0 ||
      !vz_disk_source_unpack (self, more, offset + size, TRUE, NULL, cancellable, error))
    return FALSE;
  if (ftruncate (esp, (off_t) size) != 0)
    return vz_fail_errno (error, "cannot write a temporary file");
  for (guint64 at = 0; at < size; at += VZ_DISK_HEAD)
    {
      n = read_head (more, offset + at, head);
      if (pwrite (esp, head, MIN (n, size - at), (off_t) at) < 0)
        return vz_fail_errno (error, "cannot write a temporary file");
    }
  return look_at_esp (self, esp, cancellable, error);
}

gboolean
vz_disk_source_look (VzDiskSource *self, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *head = g_malloc (VZ_DISK_HEAD);
  gsize n = read_head (self->fd, 0, head);

  self->wrapping = vz_disk_wrapping_recognize (head, n);
  self->image_length = self->length;
  if (!vz_disk_source_is_plain (self))
    return look_at_packed (self, cancellable, error);
  if (self->wrapping == VZ_DISK_WRAPPING_TAR)
    {
      if (!vz_tar_find_disk (self->fd, self->length, &self->offset, &self->image_length, error))
        return FALSE;
      n = MIN (read_head (self->fd, self->offset, head), self->image_length);
    }
  return recognize (self, head, n, self->image_length, error) &&
         look_at_plain (self, cancellable, error);
}
