/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The zip file of a restore image, opened for reading. Any thread may use it. */
typedef struct _VzImageContainer VzImageContainer;

typedef struct {
  char *name; /* UTF-8, relative, without ".." */
  guint64 index;
  guint64 size; /* unpacked bytes */
  guint64 packed_size;
  gboolean stored; /* neither compressed nor encrypted */
  gboolean encrypted;
} VzImageMember;

#define VZ_IMAGE_MEMBERS_MAX (300 * 1000)              /* chunks and a few more */
#define VZ_IMAGE_DIRECTORY_SIZE_MAX (48 * 1024 * 1024) /* of the zip's directory */

/* NOT_FOUND; RESTORE_IMAGE_LOAD_FAILED when it cannot be read; INVALID_RESTORE_IMAGE when it is not
 * a zip file, is cut off, or its directory is not sound. */
VzImageContainer *vz_image_container_open (const char *path, GError **error);
VzImageContainer *vz_image_container_ref (VzImageContainer *self);
void vz_image_container_unref (VzImageContainer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzImageContainer, vz_image_container_unref)

/* Bytes of the whole file. */
guint64 vz_image_container_get_size (VzImageContainer *self);

/* Borrowed descriptor of the file, for pread(). */
int vz_image_container_get_fd (VzImageContainer *self);

/* NULL when there is no such member. */
const VzImageMember *vz_image_container_find (VzImageContainer *self, const char *name);

/* The unpacked content of a small member. INVALID_RESTORE_IMAGE when it is longer than @limit,
 * encrypted, or does not have the size or checksum that the directory promises. */
GBytes *vz_image_container_read (VzImageContainer *self, const VzImageMember *member, gsize limit,
                                 GError **error);

/* Where the data of a stored member lie in the file. */
gboolean vz_image_container_locate (VzImageContainer *self, const VzImageMember *member,
                                    guint64 *ret_offset, GError **error);

G_END_DECLS
