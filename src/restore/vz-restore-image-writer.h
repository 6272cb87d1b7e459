/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"
#include "restore/vz-component.h"

G_BEGIN_DECLS

typedef struct _VzRestoreImageWriter VzRestoreImageWriter;

/* How a component is laid out on the disk. Strings are borrowed for the call. */
typedef struct {
  const char *partition_type; /* GUID of the partition's type, as text; NULL: not a partition */
  const char *partition_name; /* GPT name; NULL: none */
  const char *partition_uuid; /* GUID of the partition itself; NULL: random at the restore */
  gboolean grow;              /* the partition takes what is left of the disk */
} VzComponentInfo;

/* What the manifest says of the image. Strings are borrowed for the call. */
typedef struct {
  const char *operating_system; /* "Debian GNU/Linux" */
  const char *product_version;  /* "12.9" */
  const char *build_version;    /* any short name of this build */
  const char *architecture;     /* "x86_64" or "aarch64" */
  const char *variant;          /* NULL: "Customer Erase Install (IPSW)", as Apple calls it */
  const char *backup_of;        /* of a backup: the machine's name, in place of a system and
                                 * requirements; NULL otherwise */
  guint minimum_cpu_count;      /* at least 1 */
  guint64 minimum_memory_size;  /* bytes, rounded up to MiB */
  guint64 minimum_disk_size; /* bytes; 0: the components' sizes and 4 MiB for the partition table */
} VzRestoreImageDescription;

/* Writes a restore image for Linux guests. The same input makes the same bytes. */
VzRestoreImageWriter *vz_restore_image_writer_new (const char *path);

/* An unfinished image is gone without a trace. */
void vz_restore_image_writer_free (VzRestoreImageWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzRestoreImageWriter, vz_restore_image_writer_free)

/* INVALID_ARGUMENT when the description lacks something, NOT_SUPPORTED for an unknown architecture.
 */
gboolean vz_restore_image_writer_set_description (VzRestoreImageWriter *self,
                                                  const VzRestoreImageDescription *description,
                                                  GError **error);

/* Compression level of zstd, 1 to 19; default 3. */
void vz_restore_image_writer_set_level (VzRestoreImageWriter *self, int level);

/* Adds a component with the content of @fd, a regular file whose holes are skipped. Partitions come
 * in the order of the calls. The descriptor is duplicated; the content is read by finish(), and
 * must not change before. @name is a file name of letters, digits, '.', '-' and '_'. */
gboolean vz_restore_image_writer_add_component (VzRestoreImageWriter *self, const char *name,
                                                const VzComponentInfo *info, int fd,
                                                GError **error);

/* Compresses all components on all cores and gives the image its name when it is whole and on the
 * disk; EXISTS when the name is taken. @progress (nullable) counts unpacked bytes. */
gboolean vz_restore_image_writer_finish (VzRestoreImageWriter *self, VzProgress *progress,
                                         GCancellable *cancellable, GError **error);

G_END_DECLS
