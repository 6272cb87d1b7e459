/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/vz-restore-image.h"

G_BEGIN_DECLS

/* Components that a restore writes to the disk, in disk order; of VzComponent, owned by the image.
 * Empty if this host cannot install the image. */
GPtrArray *vz_restore_image_list_disk_components (VzRestoreImage *self);

/* Maximum disk space, in bytes, that restoring @component takes. */
guint64 vz_restore_component_get_data_size (const VzComponent *component);

/* Bytes that restoring @component adds to a progress; 0 if a chunk is missing. */
guint64 vz_restore_component_get_work (VzRestoreImage *self, const char *component);

/* Writes the component to the regular file @disk_fd, starting at byte @offset, where there must be
 * room for it. The previous contents are first replaced with a hole. Each chunk is verified before
 * it is decompressed, and written once; zeros stay holes. Memory stays under 200 MB. Nothing is
 * flushed to the disk. @progress (nullable) is advanced by the packed bytes done and its total is
 * not touched.
 *
 * Errors: NOT_FOUND for an unknown component; DIGEST_MISMATCH or INVALID_RESTORE_IMAGE with
 * component and chunk; OUT_OF_DISK_SPACE; INVALID_ARGUMENT if the file is too short;
 * G_IO_ERROR_CANCELLED. */
gboolean vz_restore_component_to_fd (VzRestoreImage *self, const char *component, int disk_fd,
                                     guint64 offset, VzProgress *progress,
                                     GCancellable *cancellable, GError **error);

G_END_DECLS
