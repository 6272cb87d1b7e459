/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* The place to which something will be written is looked at before the work that it takes. */

typedef enum {
  VZ_DESTINATION_FOLDER = 1 << 0, /* the path is of a folder in which something is written; it is
                                     made when it is not there, but not its parents */
  VZ_DESTINATION_PROGRAMS = 1 << 1, /* programs are run from there */
  VZ_DESTINATION_LINKS = 1 << 2, /* symbolic links are made there */
} VzDestinationFlags;

typedef struct {
  VzDestinationFlags flags;
  guint64 data; /* bytes that are written; 0: nobody knows yet */
  guint64 length; /* the same with the holes, which count where the file system has none */
  guint64 largest; /* length of the largest file */
} VzDestination;

/* Whether @path can become what @wanted says: its parent exists and may be written to, the name is
 * allowed, there is enough space, and files may be that large and that sparse. Whether something is
 * at @path already is up to the caller. The error names the path, the file system and what would be
 * needed: NOT_FOUND, INVALID_ARGUMENT (the name), OUT_OF_DISK_SPACE, NOT_SUPPORTED (the file
 * system) or IO. */
gboolean vz_destination_check (const char *path, const VzDestination *wanted, GError **error);

G_END_DECLS
