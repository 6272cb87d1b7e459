/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What need not be written to a new file because it would read as zeros anyway. */

#define VZ_SPARSE_BLOCK 4096 /* the smallest hole on common file systems */

gboolean vz_sparse_is_zero (const void *data, gsize size);

/* Finds the next run of blocks, starting at *@begin, that are not all zero; FALSE if there is none.
 * @position is where @data goes in the file, since blocks are the file's. Pass 0 in *@begin first,
 * and *@end after that. */
gboolean vz_sparse_next_run (const guint8 *data, gsize size, guint64 position, gsize *begin,
                             gsize *end);

G_END_DECLS
