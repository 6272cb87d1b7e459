/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The bytes of an image, either in a file or on a server that serves ranges. Used by one thread at
 * a time. */
typedef struct _VzImageSource VzImageSource;

/* NOT_FOUND; RESTORE_IMAGE_LOAD_FAILED if it cannot be read or is not a regular file;
 * INVALID_RESTORE_IMAGE if it is empty. */
VzImageSource *vz_image_source_new_for_file (const char *path, GError **error);

/* An http or https address. The failures of vz_http_client_get(), also if the server does not serve
 * ranges. */
VzImageSource *vz_image_source_new_for_url (const char *url, GCancellable *cancellable,
                                            GError **error);

void vz_image_source_free (VzImageSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzImageSource, vz_image_source_free)

/* Bytes of the whole file. */
guint64 vz_image_source_get_size (VzImageSource *self);

/* A borrowed descriptor for pread(); -1 for an image that is not a local file. */
int vz_image_source_get_fd (VzImageSource *self);

/* All of @size bytes from @offset, which the caller knows to be inside the file.
 * RESTORE_IMAGE_LOAD_FAILED, also if the file has shrunk; for a server the failures of
 * vz_http_client_get(), and NETWORK_ERROR if it has a different file now. */
gboolean vz_image_source_read (VzImageSource *self, guint64 offset, void *buffer, gsize size,
                               GCancellable *cancellable, GError **error);

/* The same from the descriptor of a local file, for many threads at a time. */
gboolean vz_image_source_read_fd (int fd, guint64 offset, void *buffer, gsize size, GError **error);

/* Announces that the bytes from @begin to before @end will be read in order, so that they need not
 * be requested from a server piece by piece. */
void vz_image_source_expect (VzImageSource *self, guint64 begin, guint64 end);

G_END_DECLS
