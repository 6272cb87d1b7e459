/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"
#include "image/manifest/vz-component.h"
#include "image/zip/vz-image-container.h"

G_BEGIN_DECLS

/* Verifies all chunks of @component and writes their contents to @fd, starting at byte @offset.
 * That range of the file must read as zeros beforehand. With -1 as @fd, the digests are verified
 * but nothing is written. @progress (nullable) is advanced by the packed bytes of the chunks, see
 * vz_chunk_pipeline_measure(). */
gboolean vz_chunk_pipeline_run (VzImageContainer *container, const VzComponent *component, int fd,
                                guint64 offset, VzProgress *progress, GCancellable *cancellable,
                                GError **error);

/* Packed bytes of all chunks; FALSE if one is missing. */
gboolean vz_chunk_pipeline_measure (VzImageContainer *container, const VzComponent *component,
                                    guint64 *ret_bytes, GError **error);

G_END_DECLS
