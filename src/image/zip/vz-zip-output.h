/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <zip.h>

G_BEGIN_DECLS

typedef struct _VzZipOutput VzZipOutput;

/* A file without a name until it is complete. Nothing remains of it if the process dies. The umask
 * applies to @mode. */
VzZipOutput *vz_zip_output_new (const char *path, mode_t mode, GError **error);

/* Discards the file unless it was published. */
void vz_zip_output_free (VzZipOutput *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzZipOutput, vz_zip_output_free)

/* A libzip source that writes to @self, which must outlive it. */
zip_source_t *vz_zip_output_create_source (VzZipOutput *self, GError **error);

/* Flushes the file to the disk and gives it its name; EXISTS if the name is taken. Once named, it
 * is done, and nothing cancels it. */
gboolean vz_zip_output_publish (VzZipOutput *self, GCancellable *cancellable, GError **error);

G_END_DECLS
