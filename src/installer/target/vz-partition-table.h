/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One partition: what the restore image asks for, and where the plan puts it. */
typedef struct {
  char *component; /* the image's component to be written to it */
  char *type; /* partition type GUID, as text */
  char *name; /* GPT name; NULL: none */
  char *uuid; /* GUID of the partition itself; NULL: random */
  guint64 content; /* bytes that the restore writes */
  gboolean grow; /* takes the rest of the disk */
  guint64 offset; /* bytes from the start of the disk; set by the plan */
  guint64 size; /* bytes, at least content; set by the plan */
} VzPartition;

typedef struct {
  GPtrArray *partitions; /* owned VzPartition, in disk order once planned */
  guint64 disk_size; /* bytes */
} VzPartitionTable;

VzPartitionTable *vz_partition_table_new (guint64 disk_size);
void vz_partition_table_free (VzPartitionTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzPartitionTable, vz_partition_table_free)

/* Adds a partition; strings are copied, @name and @uuid may be NULL. */
void vz_partition_table_add (VzPartitionTable *self, const char *component, const char *type,
                             const char *name, const char *uuid, guint64 content, gboolean grow);

/* Places the partitions: the EFI system partition first, the growing one last, all on boundaries of
 * 1 MiB. INVALID_VIRTUAL_MACHINE_CONFIGURATION if the disk is too small, INVALID_RESTORE_IMAGE if
 * the components cannot be laid out on any disk. */
gboolean vz_partition_table_plan (VzPartitionTable *self, GError **error);

/* Writes a GPT with the planned partitions to @fd, a regular file of the disk's size. The
 * descriptor stays open. */
gboolean vz_partition_table_write (VzPartitionTable *self, int fd, GError **error);

/* Adapts the table (GPT or MBR) on @fd, a regular file that has become longer: a GPT's second copy
 * moves to the new end, and the last partition grows up to there if it is a Linux one. @ret_grown:
 * whether it reaches that far. A missing table is not an error. INVALID_DISK_IMAGE if it is
 * damaged. */
gboolean vz_partition_table_grow (int fd, gboolean *ret_grown, GError **error);

/* The planned partition for @component, or NULL. */
const VzPartition *vz_partition_table_find (VzPartitionTable *self, const char *component);

G_END_DECLS
