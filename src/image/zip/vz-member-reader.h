/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/zip/vz-image-container.h"

G_BEGIN_DECLS

/* Reads and unpacks members, those of a local image without libzip: several readers run in
 * parallel, which libzip would serialize. Each is used by one thread. */
typedef struct _VzMemberReader VzMemberReader;

/* A part of a member's content. */
typedef struct {
  const guint8 *data; /* borrowed until the next call; NULL: zeros, a hole in the file */
  guint64 size; /* 0: the end */
  guint64 packed; /* bytes of the file that it comes from */
} VzMemberPiece;

VzMemberReader *vz_member_reader_new (VzImageContainer *container);
void vz_member_reader_free (VzMemberReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzMemberReader, vz_member_reader_free)

/* Tells the kernel that the bytes of a local image will be needed soon. */
void vz_member_reader_prefetch (VzMemberReader *self, guint64 offset, guint64 size);

/* Starts reading a member. INVALID_RESTORE_IMAGE if it is encrypted, packed in a way that is not
 * allowed, or not where it should be; RESTORE_IMAGE_LOAD_FAILED, or a network failure. */
gboolean vz_member_reader_begin (VzMemberReader *self, const VzImageMember *member,
                                 GCancellable *cancellable, GError **error);

/* The next piece. The first has at least VZ_IMAGE4_HEAD_SIZE bytes, or all. INVALID_RESTORE_IMAGE
 * if the content cannot be unpacked or does not have the size it claims. */
gboolean vz_member_reader_next (VzMemberReader *self, VzMemberPiece *ret_piece,
                                GCancellable *cancellable, GError **error);

G_END_DECLS
