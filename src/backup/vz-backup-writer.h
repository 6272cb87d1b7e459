/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle-contents.h"
#include "foundation/vz-progress.h"

G_BEGIN_DECLS

/* Writes the backup of a bundle: a file in the form of a restore image, whose components are the
 * bundle's files. The caller makes sure that they do not change meanwhile. */
typedef struct _VzBackupWriter VzBackupWriter;

/* Opens the output and the bundle's files. EXISTS, INVALID_ARGUMENT, INVALID_BUNDLE. */
VzBackupWriter *vz_backup_writer_new (VzBundle *bundle, const char *path, GError **error);

/* Leaves no trace of an unfinished backup. */
void vz_backup_writer_free (VzBackupWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzBackupWriter, vz_backup_writer_free)

/* Of VzBundleFile, owned by @self. A caller that has an unchanging copy of a file replaces the
 * file's descriptor with that of the copy. */
GPtrArray *vz_backup_writer_get_files (VzBackupWriter *self);

/* @progress (nullable) counts unpacked bytes. */
gboolean vz_backup_writer_finish (VzBackupWriter *self, VzProgress *progress,
                                  GCancellable *cancellable, GError **error);

G_END_DECLS
