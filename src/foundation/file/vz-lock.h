/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Kernel locks on whole files (open file description locks). One belongs to the opened file, so it
 * is held by every process that has a copy of the descriptor, it ends with the last of them,
 * however that ends, and it can be asked for without being taken. */

/* FALSE with errno, which is EAGAIN when it is held. A file that was opened only for reading, as on
 * a read-only medium, gets a lock that others of this kind share. */
gboolean vz_lock_take (int fd);

/* Whether another process has a lock on any byte; the question goes unnoticed. */
gboolean vz_lock_is_held (int fd);

G_END_DECLS
