/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Checks the destination of something to be written before the work is done. */

typedef enum {
  VZ_DESTINATION_FOLDER = 1 << 0, /* the path is a folder to be written to; it is created if
                                   * missing, but not its parents */
  VZ_DESTINATION_PROGRAMS = 1 << 1, /* programs are run from it */
  VZ_DESTINATION_LINKS = 1 << 2, /* symbolic links are created in it */
} VzDestinationFlags;

typedef struct {
  VzDestinationFlags flags;
  guint64 data; /* bytes to be written; 0: not known yet */
  guint64 length; /* the same including holes, which count where the file system has none */
  guint64 largest; /* length of the largest file */
} VzDestination;

/* Whether @path can become what @wanted says: its parent exists and may be written to, the name is
 * allowed, there is enough space, and files may be as large and as sparse. Whether something is at
 * @path already is up to the caller. The error names the path, the file system and what would be
 * needed: NOT_FOUND, INVALID_ARGUMENT (the name), OUT_OF_DISK_SPACE, NOT_SUPPORTED (the file
 * system) or IO. */
gboolean vz_destination_check (const char *path, const VzDestination *wanted, GError **error);

G_END_DECLS
