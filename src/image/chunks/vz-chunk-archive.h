/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"
#include "image/manifest/vz-component.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Writes the zip file of chunked components: first the chunks, then the manifest. */
typedef struct _VzChunkArchive VzChunkArchive;

VzChunkArchive *vz_chunk_archive_new (const char *path);

/* Leaves no trace of an unfinished archive. */
void vz_chunk_archive_free (VzChunkArchive *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzChunkArchive, vz_chunk_archive_free)

/* Compression level of zstd, 1 to 19; default 3. */
void vz_chunk_archive_set_level (VzChunkArchive *self, int level);

/* Adds the manifest's SHA-256 after it as a separate member, in the format of sha256sum(1). */
void vz_chunk_archive_add_digest (VzChunkArchive *self);

/* The file contains secrets, so only its owner may read it. To be called before it is opened. */
void vz_chunk_archive_keep_private (VzChunkArchive *self);

/* Opens the output, so that a problem with the path is known before the work begins: EXISTS if the
 * name is taken. Otherwise vz_chunk_archive_write() does so. */
gboolean vz_chunk_archive_open (VzChunkArchive *self, GError **error);

/* Adds the content of @fd, a regular file whose holes are skipped, as @component, which has its
 * name and is given path, size and chunks. The descriptor is duplicated; vz_chunk_archive_write()
 * reads the content, which must not change before that. */
gboolean vz_chunk_archive_add (VzChunkArchive *self, VzComponent *component, int fd,
                               GError **error);

/* Of VzComponent, in the order of the calls; owned by the archive. */
GPtrArray *vz_chunk_archive_get_components (VzChunkArchive *self);

/* Formats the manifest once all components have their digests. */
typedef GBytes *(*VzChunkArchiveManifest) (GPtrArray *components, gpointer user_data);

/* Compresses all components on all cores and gives the archive its name once it is complete and on
 * the disk. @progress (nullable) counts unpacked bytes. */
gboolean vz_chunk_archive_write (VzChunkArchive *self, VzChunkArchiveManifest format,
                                 gpointer user_data, VzProgress *progress,
                                 GCancellable *cancellable, GError **error);

G_END_DECLS
