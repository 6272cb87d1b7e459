/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* What root makes in a user's folder is that user's: after a command with sudo the user would else
 * have files that he cannot read, and folders that he cannot enter. For anybody else nothing of
 * this does anything. */

/* The file open at @fd, which is or will be at @path: as the file that it takes the place of, or
 * as its folder. */
void vz_owner_follow (int fd, const char *path);

/* What other programs have made in @folder, as that. */
void vz_owner_follow_all (const char *folder);

/* Like mkdir(). */
gboolean vz_owner_make_folder (const char *path, mode_t mode);

/* Like g_mkdir_with_parents(). */
gboolean vz_owner_make_folders (const char *path, mode_t mode);

/* Whether a folder of the user @uid at @path is as good as this user's own. */
gboolean vz_owner_is_ours (const char *path, uid_t uid);

G_END_DECLS
