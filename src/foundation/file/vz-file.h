/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* File helpers that either do the whole job or leave things as they were. Messages name the
 * file. */

/* For @mode below: 0666 less the umask. For files that are meant for others too. */
#define VZ_FILE_MODE_USUAL ((mode_t) 010666)

/* @path has the new content or the old, even after a crash; durable on return. */
gboolean vz_file_write (const char *path, GBytes *data, mode_t mode, GError **error);

/* Content of a regular file of at most @max bytes; INVALID_ARGUMENT if it is larger. */
GBytes *vz_file_read (const char *path, gsize max, GError **error);

/* Removes a directory tree; links are removed, not followed. It is not an error if nothing is
 * there. */
gboolean vz_file_remove_tree (const char *path, GError **error);

/* Like rename(), but EXISTS if @to exists. */
gboolean vz_file_rename_no_replace (const char *from, const char *to, GError **error);

/* The same across file systems, where it makes a copy with @mode, durable on return. */
gboolean vz_file_move_no_replace (const char *from, const char *to, mode_t mode, GError **error);

/* Makes creations, renames and removals in a directory durable. */
gboolean vz_file_sync_directory (const char *path, GError **error);

/* Copies @from to a new file @to with @mode: sharing blocks where the file system can, keeping
 * holes where it cannot. EXISTS if @to exists, unless @overwrite. */
gboolean vz_file_copy (const char *from, const char *to, mode_t mode, gboolean overwrite,
                       GError **error);

/* A new file in @directory that has no name, or loses it at once: it disappears with its last
 * descriptor, however the process ends. -1 with @error. */
int vz_file_open_nameless (const char *directory, GError **error);

/* Bytes that this user may still write where @path is or will be, by its nearest directory. */
/* OUT_OF_DISK_SPACE if fewer than @needed bytes are free at @path. @what follows the number and
 * says what for and what helps: "for a while; ...". */
gboolean vz_file_check_space (const char *path, guint64 needed, const char *what, GError **error);

/* Whether anything is at @path, even a broken link. */
gboolean vz_file_is_there (const char *path);

/* For g_auto-like closing: int fd VZ_AUTO_CLOSE = -1; keeps errno. */
#define VZ_AUTO_CLOSE __attribute__ ((cleanup (vz_file_close), unused))
void vz_file_close (int *fd);
int vz_file_steal_fd (int *fd);

G_END_DECLS
