/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

typedef enum {
  VZ_FILE_USE_READ, /* unused: nobody else may write */
  VZ_FILE_USE_WRITE, /* nobody else may have a lock on it either, even for reading */
} VzFileUse;

/* Whether a file can be used this way: BUSY names its other user, a process, the holder of a lock
 * of any kind (including QEMU's on images) or a loop device. What this user cannot see is ignored,
 * and a file that does not exist is not in use. Changes nothing. */
gboolean vz_file_check_users (const char *path, VzFileUse use, GError **error);

/* Whether nobody except process @pid has @path open for writing or has a lock on it, otherwise
 * BUSY. */
gboolean vz_file_check_other_users (const char *path, int pid, GError **error);

/* Fails: BUSY with the name of a process other than @pid that has @path open, preferably for
 * writing. For callers that already know that there is one. */
gboolean vz_file_fail_other_user (const char *path, int pid, GError **error);

/* Whether process @pid has the locks of a QEMU that writes to the image @path and, with @alone,
 * lets nobody else write; also TRUE if that cannot be determined. */
gboolean vz_file_is_locked_for_writing (const char *path, int pid, gboolean alone);

G_END_DECLS
