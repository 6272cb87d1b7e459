/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk/vz-disk-source.h"
#include "foundation/vz-progress.h"

G_BEGIN_DECLS

struct _VzDiskSource {
  GObject parent_instance;
  char *path;
  int fd;
  guint64 length; /* bytes of the file */
  VzDiskWrapping wrapping;
  VzDiskFormat format;
  guint64 offset; /* of the image in the file: in a tar archive */
  guint64 image_length; /* bytes of the image from there */
  guint64 disk_size; /* bytes of the disk; 0: known when it is unpacked */
  guint64 data_size; /* bytes that writing it takes, about; 0: likewise */
  const char *architecture; /* NULL: likewise */
  int backing_fd; /* of the image that this one, a qcow2, stands on; -1: on none */
  VzDiskFormat backing_format;
};

/* vz_disk_source_open() for a machine of another program, whose disk may be a qcow2 that stands on
 * @backing (NULL: on nothing). No name in the image leads there; its own is not looked at. */
VzDiskSource *vz_disk_source_open_on (const char *path, const char *backing,
                                      GCancellable *cancellable, GError **error);

/* No disk of a machine is larger, and no file of many file systems. */
#define VZ_DISK_SOURCE_MAX (G_GUINT64_CONSTANT (16) << 40)

/* Whether the image itself lies in the file, so that any part of it can be read. */
gboolean vz_disk_source_is_plain (VzDiskSource *self);

/* What QEMU's programs call @size bytes (0: all) from @offset on of a plain image. */
char *vz_disk_source_dup_qemu_name (VzDiskSource *self, guint64 offset, guint64 size);
/* The same of all of the image alone, without the one that it stands on. */
char *vz_disk_source_dup_own_qemu_name (VzDiskSource *self);

/* Of a backing image that is open, which must be whole in itself: its format. */
gboolean vz_disk_source_look_at_backing (VzDiskSource *self, guint64 length, GError **error);
/* Fills in what can be known of an opened file, and refuses what is wrong with it. */
gboolean vz_disk_source_look (VzDiskSource *self, GCancellable *cancellable, GError **error);
/* The same of a plain image, once its format is known. */
gboolean vz_disk_source_measure (VzDiskSource *self, GCancellable *cancellable, GError **error);

/* Copies @size bytes of the disk from @offset on to the empty file @fd, holes as holes. */
gboolean vz_disk_source_convert (VzDiskSource *self, guint64 offset, guint64 size, int fd,
                                 VzProgress *progress, GCancellable *cancellable, GError **error);

/* Unpacks to the empty file @fd: at most @limit bytes, more is INVALID_DISK_IMAGE, or is left out
 * with @head. */
gboolean vz_disk_source_unpack (VzDiskSource *self, int fd, guint64 limit, gboolean head,
                                VzProgress *progress, GCancellable *cancellable, GError **error);

/* INVALID_DISK_IMAGE when a disk of @size bytes is too small for it. */
gboolean vz_disk_source_check_fits (VzDiskSource *self, guint64 size, GError **error);

/* The same image, or one of which everything is known: what has to be unpacked for that, to at most
 * @limit bytes, is so in a file without a name in @folder. */
VzDiskSource *vz_disk_source_make_plain (VzDiskSource *self, guint64 limit, const char *folder,
                                         VzProgress *progress, GCancellable *cancellable,
                                         GError **error);

/* Writes the disk to the file @fd, whose content is lost and which then has @size bytes. The image
 * is one whose architecture is known. INVALID_DISK_IMAGE when it is larger than @size, or when its
 * end turns out to be missing. */
gboolean vz_disk_source_write (VzDiskSource *self, int fd, guint64 size, VzProgress *progress,
                               GCancellable *cancellable, GError **error);

/* Of a path, the name without the usual ends: "cloud" for "/x/cloud.qcow2.xz". */
char *vz_disk_source_dup_base_name (const char *path);

G_END_DECLS
