/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* The calls that not every file system supports (FUSE, NFS, bindfs, exFAT, vfat, overlayfs), each
 * with its fallback. They are made nowhere else. They fail with FALSE or -1 and errno. */

/* What is known about the file system at a path. */
typedef struct {
  char *type; /* owned: "vfat", "fuse.bindfs", ...; "unknown" */
  char *mount_point; /* owned: NULL if unknown */
  guint64 free_space; /* bytes that this user may still write */
  guint64 largest_file; /* bytes; G_MAXUINT64 if no limit is known */
  gboolean read_only;
  gboolean no_exec; /* programs on it cannot be run */
  gboolean dos_names; /* some characters are not allowed in names */
  gboolean dos_family; /* neither holes nor links nor modes */
} VzFileSystem;

/* Looks at the nearest directory that exists. */
gboolean vz_file_system_look (const char *path, VzFileSystem *ret_file_system);
void vz_file_system_clear (VzFileSystem *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzFileSystem, vz_file_system_clear)

/* A new file in the folder of @hidden: without a name where possible, so that nothing is left if
 * the process is killed, otherwise with that name. */
int vz_fs_open_new (const char *hidden, mode_t mode, gboolean *ret_unnamed);

/* Gives such a file its name. Unless @overwrite, EEXIST if something is there. */
gboolean vz_fs_publish (int fd, gboolean unnamed, const char *hidden, const char *path,
                        gboolean overwrite);

/* Like renameat(), but EEXIST if @to exists. */
gboolean vz_fs_rename_new (int from_directory, const char *from, int to_directory, const char *to);

gboolean vz_fs_symlink (const char *target, int directory, const char *name);

/* Makes the directory's entries durable, where supported. */
gboolean vz_fs_sync_directory (int fd);

/* Does nothing, successfully, on a file system without modes. */
gboolean vz_fs_set_mode (int fd, mode_t mode);

/* The next range with data at or after @from: FALSE with errno 0 if there is none before @size.
 * Where holes are not reported, everything is data. */
gboolean vz_fs_next_data (int fd, off_t size, off_t from, off_t *ret_start, off_t *ret_end);

/* Whether the file has holes that vz_fs_next_data() cannot see: it takes less space than its
 * length. */
gboolean vz_fs_hides_holes (int fd);

/* Makes a range of an existing file read as zeros, as a hole where possible. */
gboolean vz_fs_clear_range (int fd, off_t offset, off_t size);

/* Reserves blocks for a range to be written; a hint. */
void vz_fs_reserve (int fd, off_t offset, off_t size);

/* The whole content of @from becomes that of @to without copying. */
gboolean vz_fs_share (int from, int to);

/* Like copy_file_range() at the same offset in both files. */
ssize_t vz_fs_copy_range (int from, int to, off_t at, gsize size);

G_END_DECLS
