/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sys/types.h>

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* What root creates in a user's folder belongs to that user: after a sudo command, the user would
 * otherwise have files that he cannot read and folders that he cannot enter. For any other user,
 * these functions do nothing. */

/* The file open at @fd, which is or will be at @path: gets the owner of the file it replaces, or of
 * its folder. */
void vz_owner_follow (int fd, const char *path);

/* Gives what other programs have created in @folder the folder's owner. */
void vz_owner_follow_all (const char *folder);

/* Like mkdir(). */
gboolean vz_owner_make_folder (const char *path, mode_t mode);

/* Like g_mkdir_with_parents(). */
gboolean vz_owner_make_folders (const char *path, mode_t mode);

/* Whether a folder of the user @uid at @path is as good as one of this user. */
gboolean vz_owner_is_ours (const char *path, uid_t uid);

G_END_DECLS
