/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"
#include "image/manifest/vz-build-manifest-format.h"
#include "image/manifest/vz-component.h"

G_BEGIN_DECLS

typedef struct _VzRestoreImageWriter VzRestoreImageWriter;

/* How a component is laid out on the disk. Strings are borrowed for the call. */
typedef struct {
  const char *partition_type; /* GUID of the partition's type, as text; NULL: not a partition */
  const char *partition_name; /* GPT name; NULL: none */
  const char *partition_uuid; /* GUID of the partition itself; NULL: random on restore */
  gboolean grow; /* the partition takes the rest of the disk */
} VzComponentInfo;

/* Writes a restore image for Linux guests. The same input produces the same bytes. */
VzRestoreImageWriter *vz_restore_image_writer_new (const char *path);

/* Leaves no trace of an unfinished image. */
void vz_restore_image_writer_free (VzRestoreImageWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzRestoreImageWriter, vz_restore_image_writer_free)

/* INVALID_ARGUMENT if the description is incomplete, NOT_SUPPORTED for an unknown architecture. */
gboolean vz_restore_image_writer_set_description (VzRestoreImageWriter *self,
                                                  const VzRestoreImageDescription *description,
                                                  GError **error);

/* Compression level of zstd, 1 to 19; default 3. */
void vz_restore_image_writer_set_level (VzRestoreImageWriter *self, int level);

/* Adds a component with the content of @fd, a regular file whose holes are skipped. Partitions are
 * in the order of the calls. The descriptor is duplicated; finish() reads the content, which must
 * not change before that. @name is a file name of letters, digits, '.', '-' and '_'. */
gboolean vz_restore_image_writer_add_component (VzRestoreImageWriter *self, const char *name,
                                                const VzComponentInfo *info, int fd,
                                                GError **error);

/* Compresses all components on all cores and gives the image its name once it is complete and on
 * the disk; EXISTS if the name is taken. @progress (nullable) counts unpacked bytes. */
gboolean vz_restore_image_writer_finish (VzRestoreImageWriter *self, VzProgress *progress,
                                         GCancellable *cancellable, GError **error);

G_END_DECLS
