/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/verify/vz-image4.h"

G_BEGIN_DECLS

/* Everything computed about a member in a single pass over its bytes: the zip's checksum and the
 * digests that components want. Used by one thread at a time, for one member after another. */
typedef struct _VzMemberSums VzMemberSums;

#define VZ_DIGEST_SIZE_MAX 64

/* "SHA-384" for 48; NULL if no digest allowed in a manifest has that length. */
const char *vz_digest_name (gsize digest_size);

VzMemberSums *vz_member_sums_new (void);
void vz_member_sums_free (VzMemberSums *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzMemberSums, vz_member_sums_free)

/* Forgets everything, for the next member. */
void vz_member_sums_reset (VzMemberSums *self);

/* Requests a digest of @digest_size bytes, one that vz_digest_name() knows. For an Image4 file it
 * covers the payload, with its type replaced by @type (four letters; NULL: unchanged); for any
 * other the whole file. Returns the number by which to retrieve it. */
guint vz_member_sums_want (VzMemberSums *self, gsize digest_size, const char *type);

/* To be called before the first byte; @head is as for vz_image4_parse(). */
void vz_member_sums_begin (VzMemberSums *self, const guint8 *head, gsize head_size, guint64 size);

/* Computes no digests of this member after all; they must not be retrieved then. */
void vz_member_sums_drop_digests (VzMemberSums *self);

/* The next bytes; @data NULL: zeros. */
void vz_member_sums_update (VzMemberSums *self, const guint8 *data, guint64 size);

/* After the last byte. */
void vz_member_sums_finish (VzMemberSums *self);

VzImage4Kind vz_member_sums_get_kind (VzMemberSums *self);
guint32 vz_member_sums_get_crc (VzMemberSums *self);
const guint8 *vz_member_sums_get_digest (VzMemberSums *self, guint number);

G_END_DECLS
