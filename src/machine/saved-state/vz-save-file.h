/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"
#include "qemu/engine/vz-engine-memory.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A saved state on disk; docs/saved-state.md describes the format.
 *
 * It holds a description of what the state belongs to, QEMU's stream in pieces that are compressed
 * individually, and a table of the pieces with their digests. */

/* Maximum bytes of the stream in a piece: the pages of 2 MiB of memory and a little more. */
#define VZ_SAVE_PIECE_SIZE (9 * 256 * 1024)

/* Writing: to `PATH.partial`, which becomes PATH once it is complete and durable. */
typedef struct _VzSaveWriter VzSaveWriter;

/* @description is written at once, so that even a partial file says what it is. @block: QEMU's name
 * for the guest's memory, or NULL. */
VzSaveWriter *vz_save_writer_new (const char *path, JsonNode *description, const char *block,
                                  GError **error);
/* Compresses the data from @fd to its end. Adds the bytes of guest memory in it to @progress. */
gboolean vz_save_writer_pack (VzSaveWriter *self, int fd, VzProgress *progress,
                              GCancellable *cancellable, GError **error);
gboolean vz_save_writer_finish (VzSaveWriter *self, GError **error);
/* Removes an unfinished file. */
void vz_save_writer_free (VzSaveWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzSaveWriter, vz_save_writer_free)

/* Reading. */
typedef struct _VzSaveReader VzSaveReader;

/* Opens the file and checks its form, but not yet every byte. */
VzSaveReader *vz_save_reader_new (const char *path, GError **error);
JsonObject *vz_save_reader_get_description (VzSaveReader *self);
guint64 vz_save_reader_get_size (VzSaveReader *self); /* bytes of pieces in the file */
/* Checks every checksum. Pages are put into @memory, unless that is NULL, each piece as soon as it
 * has been verified. Adds the bytes of the file to @progress, twice for pages that are put into
 * memory. */
gboolean vz_save_reader_verify (VzSaveReader *self, const VzEngineMemory *memory,
                                VzProgress *progress, GCancellable *cancellable, GError **error);
/* Writes the stream, including pages only if @with_pages, to @fd, a nonblocking pipe; adds the
 * bytes of the file to @progress. */
gboolean vz_save_reader_unpack (VzSaveReader *self, gboolean with_pages, int fd,
                                VzProgress *progress, GCancellable *cancellable, GError **error);
void vz_save_reader_free (VzSaveReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzSaveReader, vz_save_reader_free)

G_END_DECLS
