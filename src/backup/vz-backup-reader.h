/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle.h"
#include "foundation/vz-progress.h"

G_BEGIN_DECLS

/* Reads what vz-backup-writer.h writes, without trusting any of it. */
typedef struct _VzBackupReader VzBackupReader;

/* Checks the manifest and the digest of the whole. NOT_FOUND, RESTORE_IMAGE_LOAD_FAILED,
 * DIGEST_MISMATCH; INVALID_RESTORE_IMAGE if it is not a backup or is damaged. */
VzBackupReader *vz_backup_reader_new (const char *path, GCancellable *cancellable, GError **error);
void vz_backup_reader_free (VzBackupReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzBackupReader, vz_backup_reader_free)

/* Bytes that the restored files take up on the disk. */
guint64 vz_backup_reader_get_data_size (VzBackupReader *self);

/* The same including holes, for all files and for the longest. */
void vz_backup_reader_get_lengths (VzBackupReader *self, guint64 *ret_all, guint64 *ret_largest);

/* Bytes of all chunks, which verifying adds to a progress, and restoring adds again. */
gboolean vz_backup_reader_measure (VzBackupReader *self, guint64 *ret_bytes, GError **error);

/* Checks the digest of each chunk. */
gboolean vz_backup_reader_verify (VzBackupReader *self, VzProgress *progress,
                                  GCancellable *cancellable, GError **error);

/* Writes all files durably into @bundle, which is under construction. Each chunk is verified again,
 * since the file may have changed. */
gboolean vz_backup_reader_restore (VzBackupReader *self, VzBundle *bundle, VzProgress *progress,
                                   GCancellable *cancellable, GError **error);

G_END_DECLS
