/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/extract/vz-extract-folder.h"
#include "image/extract/vz-extract-plan.h"

G_BEGIN_DECLS

/* Writes the plan's items into the folder and places them there; the caller commits. Everything is
 * checked against its checksum and digests while being written. Zeros become holes. @progress
 * (nullable) counts bytes of the image, and its total is set.
 *
 * Returns for each item, in the plan's order, whether a digest confirms it; of gboolean. Errors:
 * DIGEST_MISMATCH, INVALID_RESTORE_IMAGE, EXISTS, OUT_OF_DISK_SPACE, or one from the network. */
GArray *vz_extract_run (VzRestoreImage *image, const VzExtractPlan *plan, VzExtractFolder *folder,
                        VzProgress *progress, GCancellable *cancellable, GError **error);

G_END_DECLS
