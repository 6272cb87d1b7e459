/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"

G_BEGIN_DECLS

/* Bytes of the regular file @fd that are not holes. */
gboolean vz_file_content_measure (int fd, guint64 *ret_bytes, GError **error);

/* Gives the empty file @to the blocks of @from, shared until one of the two is written. FALSE when
 * the file system cannot; then nothing has happened. */
gboolean vz_file_content_share (int from, int to);

/* Copies @from to the empty file @to, holes as holes, and begins to write it to the disk meanwhile.
 * @progress (nullable) is advanced by the bytes that are not holes. Errors name no file. */
gboolean vz_file_content_copy (int from, int to, VzProgress *progress, GCancellable *cancellable,
                               GError **error);

/* Whether the range has a byte that is not zero; reads no further than to that byte's block. */
gboolean vz_file_content_has_data (int fd, guint64 offset, guint32 length, gboolean *ret_found,
                                   GError **error);

G_END_DECLS
