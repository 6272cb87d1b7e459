/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* The calls that not every file system has (FUSE, NFS, bindfs, exFAT, vfat, overlayfs), each with
 * what does instead. Nobody else makes them. They fail with FALSE or -1 and errno. */

/* What is known of the file system at a path. */
typedef struct {
  char *type; /* owned: "vfat", "fuse.bindfs", ...; "unknown" */
  char *mount_point; /* owned: NULL when it is not known */
  guint64 free_space; /* bytes that this user may still write */
  guint64 largest_file; /* bytes; G_MAXUINT64 without a limit that is known */
  gboolean read_only;
  gboolean no_exec; /* programs on it are not run */
  gboolean dos_names; /* some characters are not allowed in names */
  gboolean dos_family; /* neither holes nor links nor modes */
} VzFileSystem;

/* The nearest directory that is there counts. */
gboolean vz_file_system_look (const char *path, VzFileSystem *ret_file_system);
void vz_file_system_clear (VzFileSystem *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzFileSystem, vz_file_system_clear)

/* A new file in the folder of @hidden: without a name where that can be, so that nothing is left
 * when the process is killed, else with that name. */
int vz_fs_open_new (const char *hidden, mode_t mode, gboolean *ret_unnamed);

/* Gives such a file its name. Unless @overwrite, EEXIST when there is something. */
gboolean vz_fs_publish (int fd, gboolean unnamed, const char *hidden, const char *path,
                        gboolean overwrite);

/* Like renameat(), but EEXIST when @to is there. */
gboolean vz_fs_rename_new (int from_directory, const char *from, int to_directory, const char *to);

gboolean vz_fs_symlink (const char *target, int directory, const char *name);

/* Makes the directory's entries durable, where that can be asked for. */
gboolean vz_fs_sync_directory (int fd);

/* On a file system without modes it is not done, and no failure. */
gboolean vz_fs_set_mode (int fd, mode_t mode);

/* The next range with data at or after @from: FALSE with errno 0 when there is none before @size.
 * Where holes are not told, everything is data. */
gboolean vz_fs_next_data (int fd, off_t size, off_t from, off_t *ret_start, off_t *ret_end);

/* Whether the file has holes that vz_fs_next_data() cannot tell: it takes less room than it is
 * long. */
gboolean vz_fs_hides_holes (int fd);

/* Makes a range of an existing file read as zeros, as a hole where that can be. */
gboolean vz_fs_clear_range (int fd, off_t offset, off_t size);

/* Blocks for a range that will be written; a hint. */
void vz_fs_reserve (int fd, off_t offset, off_t size);

/* The whole content of @from becomes that of @to without a copy. */
gboolean vz_fs_share (int from, int to);

/* Like copy_file_range() at the same place in both files. */
ssize_t vz_fs_copy_range (int from, int to, off_t at, gsize size);

G_END_DECLS
