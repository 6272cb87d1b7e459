/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* The note beside a kernel lock that says who has it: "<pid> <purpose>\n". The lock is the truth;
 * the note is only for messages, and may be missing for the moment after the lock was taken. */

gboolean vz_holder_write (int fd, int pid, const char *purpose);
gboolean vz_holder_read (int fd, int *ret_pid, char **ret_purpose);

/* "process 1234 (run)", or "another process" when there is no note. */
char *vz_holder_describe (int fd);

G_END_DECLS
