/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Writes everything, in as many calls as it takes; not interrupted by signals. FALSE with errno if
 * the file or pipe takes no more. */
gboolean vz_write_all (int fd, gconstpointer data, gsize size);

/* The same at byte @offset, without moving the descriptor's position. */
gboolean vz_pwrite_all (int fd, gconstpointer data, gsize size, off_t offset);

G_END_DECLS
