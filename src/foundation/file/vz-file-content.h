/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"

G_BEGIN_DECLS

/* Bytes of the regular file @fd that are not holes. */
gboolean vz_file_content_measure (int fd, guint64 *ret_bytes, GError **error);

/* Gives the blocks of @from to the empty file @to, shared until either is written. FALSE if the
 * file system cannot; then nothing has changed. */
gboolean vz_file_content_share (int from, int to);

/* Copies @from to the empty file @to, keeping holes, and starts writing it to the disk meanwhile.
 * @progress (nullable) is advanced by the bytes that are not holes. Errors do not name the file. */
gboolean vz_file_content_copy (int from, int to, VzProgress *progress, GCancellable *cancellable,
                               GError **error);

/* Whether the range has a nonzero byte; reads no further than that byte's block. */
gboolean vz_file_content_has_data (int fd, guint64 offset, guint32 length, gboolean *ret_found,
                                   GError **error);

G_END_DECLS
