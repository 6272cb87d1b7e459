/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* A folder into which files are put all together or not at all. Used by one thread. */
typedef struct _VzExtractFolder VzExtractFolder;

/* Opens the folder at @path, which is made when it is not there. Messages name files below it. */
VzExtractFolder *vz_extract_folder_open (const char *path, GError **error);

/* Takes back all that was made and placed, unless vz_extract_folder_commit() was called. */
void vz_extract_folder_free (VzExtractFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzExtractFolder, vz_extract_folder_free)

/* In what follows @name is relative and checked, as members' names are; one that ends with '/' is a
 * folder's. No link is followed on the way to it. */

/* EXISTS when something is at @name already; a folder may be, when @name is a folder's. */
gboolean vz_extract_folder_check (VzExtractFolder *self, const char *name, GError **error);

/* A new, empty file that nobody sees yet. Returns its number; *@ret_fd is the caller's. -1:
 * failed. */
int vz_extract_folder_add (VzExtractFolder *self, int *ret_fd, GError **error);

/* The same for a symbolic link, whose target the caller has checked. */
int vz_extract_folder_add_link (VzExtractFolder *self, const char *target, GError **error);

/* Makes the content of all files durable; before they get their names, so that none is ever seen
 * with less. */
gboolean vz_extract_folder_flush (VzExtractFolder *self, GError **error);

/* Gives file @number its name, or makes the folder @name when @number is -1. Never overwrites. */
gboolean vz_extract_folder_place (VzExtractFolder *self, int number, const char *name,
                                  GError **error);

/* What is placed by now stays, durably. */
gboolean vz_extract_folder_commit (VzExtractFolder *self, GError **error);

G_END_DECLS
