/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Kernel locks on whole files (open file description locks). A lock belongs to the opened file, so
 * every process with a copy of the descriptor holds it, it ends with the last of them, however that
 * ends, and it can be tested without being taken. */

/* FALSE with errno, which is EAGAIN if it is held. A file that was opened read-only, as on a
 * read-only medium, gets a shared lock. */
gboolean vz_lock_take (int fd);

/* Whether another process has a lock on any byte; leaves no trace. */
gboolean vz_lock_is_held (int fd);

G_END_DECLS
