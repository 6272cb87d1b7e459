/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/zip/vz-image-member.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The zip file of a restore image, opened for reading: a local file, or one on a server, of which
 * only the requested parts are fetched. Any thread may use it; only one reads at a time. */
typedef struct _VzImageContainer VzImageContainer;

/* NOT_FOUND; RESTORE_IMAGE_LOAD_FAILED if it cannot be read; INVALID_RESTORE_IMAGE if it is not a
 * zip file, is truncated, or its directory is not sound. */
VzImageContainer *vz_image_container_open (const char *path, GCancellable *cancellable,
                                           GError **error);

/* The same for an http or https address, of which the end and then the requested parts are fetched;
 * also the failures of vz_http_client_get(). */
VzImageContainer *vz_image_container_open_url (const char *url, GCancellable *cancellable,
                                               GError **error);

VzImageContainer *vz_image_container_ref (VzImageContainer *self);
void vz_image_container_unref (VzImageContainer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzImageContainer, vz_image_container_unref)

/* Bytes of the whole file. */
guint64 vz_image_container_get_size (VzImageContainer *self);

/* Borrowed descriptor of the file, for pread(); -1 if it is not a local file. */
int vz_image_container_get_fd (VzImageContainer *self);

/* All members, in the directory's order. */
guint vz_image_container_get_n_members (VzImageContainer *self);
const VzImageMember *vz_image_container_get_member (VzImageContainer *self, guint number);

/* NULL if there is no such member. */
const VzImageMember *vz_image_container_find (VzImageContainer *self, const char *name);

/* The unpacked content of a small member. INVALID_RESTORE_IMAGE if it is longer than @limit,
 * encrypted, packed in an unknown way, or does not have the size or checksum in the directory;
 * RESTORE_IMAGE_LOAD_FAILED or a network failure if it cannot be read. */
GBytes *vz_image_container_read (VzImageContainer *self, const VzImageMember *member, gsize limit,
                                 GCancellable *cancellable, GError **error);

/* Where any member's data are in the file, packed as they are. Failures do not name it. */
gboolean vz_image_container_find_data (VzImageContainer *self, const VzImageMember *member,
                                       guint64 *ret_offset, GCancellable *cancellable,
                                       GError **error);

/* Where the data of a stored, nonempty member are in the file. */
gboolean vz_image_container_locate (VzImageContainer *self, const VzImageMember *member,
                                    guint64 *ret_offset, GCancellable *cancellable, GError **error);

/* The unpacked content of a member of any size, from its beginning. Used by one thread at a time;
 * holds a reference to the container. */
typedef struct _VzImageStream VzImageStream;

/* Fails like vz_image_container_read(). */
VzImageStream *vz_image_container_open_member (VzImageContainer *self, const VzImageMember *member,
                                               GCancellable *cancellable, GError **error);

/* Bytes read, at most @size; less than @size only at the end; 0 if everything was read and had the
 * size and checksum in the directory; -1 on failure. Never returns more than that size. */
gssize vz_image_stream_read (VzImageStream *self, void *buffer, gsize size,
                             GCancellable *cancellable, GError **error);

void vz_image_stream_free (VzImageStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzImageStream, vz_image_stream_free)

G_END_DECLS
