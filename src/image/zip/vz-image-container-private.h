/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/zip/vz-image-container.h"
#include "image/zip/vz-image-source.h"

#include <zip.h>

G_BEGIN_DECLS

#define LOCAL_HEADER_SIZE 30

struct _VzImageContainer {
  int ref_count; /* atomic */
  GArray *members; /* of VzImageMember, immutable once open */
  GHashTable *names; /* name -> index + 1 */
  GMutex lock; /* guards everything below */
  VzImageSource *source;
  zip_t *archive; /* owned */

  /* what libzip's source does for the current call */
  guint64 position;
  guint64 first_read; /* where its first read began; G_MAXUINT64: none yet */
  guint64 size; /* of the archive as presented to libzip */
  GBytes *directory; /* from directory_offset to the file's end; NULL once open */
  guint64 directory_offset;
  GCancellable *cancellable;
  GError *failure; /* of the source: libzip can only report that it failed */
  zip_error_t zip_error;
};

/* Makes all of libzip's reading from now on, under the lock, obey @cancellable. */
void vz_image_container_begin (VzImageContainer *self, GCancellable *cancellable);

/* Why libzip failed at @doing @what; always FALSE. */
gboolean vz_image_container_fail_zip (VzImageContainer *self, const char *doing, const char *what,
                                      zip_error_t *failure, GError **error);

/* The start of the member's data according to its own header, which must agree with the directory;
 * under the lock. */
gboolean vz_image_container_locate_data (VzImageContainer *self, const VzImageMember *member,
                                         guint64 *ret_offset, GCancellable *cancellable,
                                         GError **error);

G_END_DECLS
