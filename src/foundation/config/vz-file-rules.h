/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-problems.h"

G_BEGIN_DECLS

/* Rules for files that a configuration names. Each returns whether the file passed. A path that is
 * NULL, empty or contains a line break fails silently: checking the row has already reported it. */

/* An existing regular file that can be read, and also written if @writable. */
gboolean vz_check_file (VzProblems *problems, VzConfig *config, const char *property,
                        const char *path, gboolean writable);

/* The same, and a raw disk image: not empty, a whole number of sectors of 512 bytes. */
gboolean vz_check_disk_image (VzProblems *problems, VzConfig *config, const char *property,
                              const char *path, gboolean writable);

/* An existing folder whose entries can be read, and also changed if @writable. */
gboolean vz_check_directory (VzProblems *problems, VzConfig *config, const char *property,
                             const char *path, gboolean writable);

/* A file or socket to be created: absolute, in an existing writable directory. */
gboolean vz_check_new_file (VzProblems *problems, VzConfig *config, const char *property,
                            const char *path);

G_END_DECLS
