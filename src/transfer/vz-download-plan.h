/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which bytes of a file are there, which are being fetched, and which are next. The file is divided
 * into blocks; only a complete block counts as there. Knows nothing of networks and files, and has
 * no lock. */
#define VZ_DOWNLOAD_BLOCK ((guint64) 256 * 1024)

/* Bytes [position, end) for one connection to fetch; initially both are block boundaries. */
typedef struct {
  guint64 position;
  guint64 end;
} VzDownloadPiece;

typedef struct {
  guint64 length;
  gsize n_blocks;
  guint8 *blocks; /* owned: VzDownloadBlock of each */
  gsize frontier; /* all blocks before it are there */
  gsize next; /* none before it is free */
  guint64 complete; /* bytes in blocks that are there */
} VzDownloadPlan;

typedef enum {
  VZ_DOWNLOAD_FREE = '.',
  VZ_DOWNLOAD_TAKEN = 'o', /* being fetched */
  VZ_DOWNLOAD_THERE = 'x', /* written */
  VZ_DOWNLOAD_SINKING = 'w', /* written, and being flushed; in sidecars still 'x' */
  VZ_DOWNLOAD_SAFE = 's', /* written, and survives a power failure */
} VzDownloadBlock;

void vz_download_plan_init (VzDownloadPlan *self, guint64 length);
void vz_download_plan_clear (VzDownloadPlan *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzDownloadPlan, vz_download_plan_clear)

/* Restores saved block states: blocks that are there count, all others are free. */
void vz_download_plan_restore (VzDownloadPlan *self, const guint8 *blocks);

/* The first free bytes, at most about @most of them. FALSE: none are free. */
gboolean vz_download_plan_take (VzDownloadPlan *self, guint64 most, VzDownloadPiece *ret_piece);

/* The second half of the rest of the largest piece, which is shortened accordingly. FALSE: none is
 * worth splitting. */
gboolean vz_download_plan_split (VzDownloadPlan *self, VzDownloadPiece *const *pieces,
                                 guint n_pieces, VzDownloadPiece *ret_piece);

/* Bytes [from, to) were written. Calls @on_block for each completed block; @from continues what was
 * written before in the same piece. */
typedef void (*VzDownloadOnBlock) (gsize block, gpointer user_data);
void vz_download_plan_wrote (VzDownloadPlan *self, guint64 from, guint64 to,
                             VzDownloadOnBlock on_block, gpointer user_data);

/* All blocks in state @from get state @to; calls @on_block (may be NULL) for each. FALSE: there
 * were none. */
gboolean vz_download_plan_turn (VzDownloadPlan *self, VzDownloadBlock from, VzDownloadBlock to,
                                VzDownloadOnBlock on_block, gpointer user_data);

/* Frees the rest of a piece. */
void vz_download_plan_give_back (VzDownloadPlan *self, const VzDownloadPiece *piece);

gboolean vz_download_plan_is_complete (const VzDownloadPlan *self);
guint64
vz_download_plan_get_frontier (const VzDownloadPlan *self); /* contiguous bytes from the start */

G_END_DECLS
