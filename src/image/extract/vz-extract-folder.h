/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* A folder that receives all of the files or none. Used by one thread. */
typedef struct _VzExtractFolder VzExtractFolder;

/* Opens the folder at @path, which is created if missing. Messages name files below it. */
VzExtractFolder *vz_extract_folder_open (const char *path, GError **error);

/* Undoes everything created and placed, unless vz_extract_folder_commit() was called. */
void vz_extract_folder_free (VzExtractFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzExtractFolder, vz_extract_folder_free)

/* In the following, @name is relative and checked, as members' names are; a folder's ends with '/'.
 * No link on the way to it is followed. */

/* EXISTS if something is already at @name, except a folder if @name is a folder's. */
gboolean vz_extract_folder_check (VzExtractFolder *self, const char *name, GError **error);

/* A new, empty file, not visible yet. Returns its number; *@ret_fd is the caller's. -1: failed. */
int vz_extract_folder_add (VzExtractFolder *self, int *ret_fd, GError **error);

/* The same for a symbolic link, whose target the caller has checked. */
int vz_extract_folder_add_link (VzExtractFolder *self, const char *target, GError **error);

/* Makes the content of all files durable, before they get their names, so that none is ever seen
 * incomplete. */
gboolean vz_extract_folder_flush (VzExtractFolder *self, GError **error);

/* Gives file @number its name, or makes the folder @name when @number is -1. Never overwrites. */
gboolean vz_extract_folder_place (VzExtractFolder *self, int number, const char *name,
                                  GError **error);

/* What has been placed stays, durably. */
gboolean vz_extract_folder_commit (VzExtractFolder *self, GError **error);

G_END_DECLS
