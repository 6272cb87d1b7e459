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
  guint64 disk_size; /* bytes of the disk; 0: unknown until it is unpacked */
  guint64 data_size; /* bytes that writing it takes, approximately; 0: likewise */
  const char *architecture; /* NULL: likewise */
  gboolean takes_ignition; /* FALSE: likewise, or it does not */
  int backing_fd; /* of the image that this one, a qcow2, stands on; -1: on none */
  VzDiskFormat backing_format;
};

/* vz_disk_source_open() for a machine of another program, whose disk may be a qcow2 backed by
 * @backing (NULL: by nothing). The backing file that the image names is ignored. */
VzDiskSource *vz_disk_source_open_on (const char *path, const char *backing,
                                      GCancellable *cancellable, GError **error);

/* No machine's disk is larger, nor is any file on many file systems. */
#define VZ_DISK_SOURCE_MAX (G_GUINT64_CONSTANT (16) << 40)

/* Whether the image itself is in the file, so that any part of it can be read. */
gboolean vz_disk_source_is_plain (VzDiskSource *self);

/* QEMU's name for @size bytes (0: all) of a plain image, from @offset on. */
char *vz_disk_source_dup_qemu_name (VzDiskSource *self, guint64 offset, guint64 size);
/* The same for the whole image alone, without its backing image. */
char *vz_disk_source_dup_own_qemu_name (VzDiskSource *self);

/* The format of an open backing image, which must be self-contained. */
gboolean vz_disk_source_look_at_backing (VzDiskSource *self, guint64 length, GError **error);
/* Fills in what can be known about an opened file, and rejects a faulty one. */
gboolean vz_disk_source_look (VzDiskSource *self, GCancellable *cancellable, GError **error);
/* The same for a plain image, once its format is known. */
gboolean vz_disk_source_measure (VzDiskSource *self, GCancellable *cancellable, GError **error);

/* Copies @size bytes of the disk from @offset on to the empty file @fd, keeping holes. */
gboolean vz_disk_source_convert (VzDiskSource *self, guint64 offset, guint64 size, int fd,
                                 VzProgress *progress, GCancellable *cancellable, GError **error);

/* Unpacks to the empty file @fd: at most @limit bytes; more is INVALID_DISK_IMAGE, or omitted with
 * @head. */
gboolean vz_disk_source_unpack (VzDiskSource *self, int fd, guint64 limit, gboolean head,
                                VzProgress *progress, GCancellable *cancellable, GError **error);

/* INVALID_DISK_IMAGE if a disk of @size bytes is too small for it. */
gboolean vz_disk_source_check_fits (VzDiskSource *self, guint64 size, GError **error);

/* The same image, or one about which everything is known: if it must be unpacked for that, this is
 * done, up to @limit bytes, in a nameless file in @folder. */
VzDiskSource *vz_disk_source_make_plain (VzDiskSource *self, guint64 limit, const char *folder,
                                         VzProgress *progress, GCancellable *cancellable,
                                         GError **error);

/* Writes the disk to the file @fd, whose content is lost and which then has @size bytes. The
 * image's architecture must be known. INVALID_DISK_IMAGE if it is larger than @size, or if its end
 * turns out to be missing. */
gboolean vz_disk_source_write (VzDiskSource *self, int fd, guint64 size, VzProgress *progress,
                               GCancellable *cancellable, GError **error);

/* The file name of a path without the usual suffixes: "cloud" for "/x/cloud.qcow2.xz". */
char *vz_disk_source_dup_base_name (const char *path);

G_END_DECLS
