/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which bytes of a file are there, which are being fetched, and which are next. The file is counted
 * in blocks; a block is there only as a whole. Knows nothing of networks and files, and has no
 * lock. */
#define VZ_DOWNLOAD_BLOCK ((guint64) 256 * 1024)

/* Bytes [position, end) that one connection has to fetch; both are borders of blocks at first. */
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
  guint64 complete; /* bytes of blocks that are there */
} VzDownloadPlan;

typedef enum {
  VZ_DOWNLOAD_FREE = '.',
  VZ_DOWNLOAD_TAKEN = 'o', /* somebody fetches it */
  VZ_DOWNLOAD_THERE = 'x', /* written */
  VZ_DOWNLOAD_SINKING = 'w', /* written, and on its way to the disk; to sidecars still 'x' */
  VZ_DOWNLOAD_SAFE = 's', /* written, and survives a loss of power */
} VzDownloadBlock;

void vz_download_plan_init (VzDownloadPlan *self, guint64 length);
void vz_download_plan_clear (VzDownloadPlan *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzDownloadPlan, vz_download_plan_clear)

/* States of blocks as they were written down: what is there counts, all else is free. */
void vz_download_plan_restore (VzDownloadPlan *self, const guint8 *blocks);

/* The first free bytes, at most about @most of them. FALSE: none are free. */
gboolean vz_download_plan_take (VzDownloadPlan *self, guint64 most, VzDownloadPiece *ret_piece);

/* The second half of what is left of the largest piece, whose end comes down to there. FALSE: none
 * is worth it. */
gboolean vz_download_plan_split (VzDownloadPlan *self, VzDownloadPiece *const *pieces,
                                 guint n_pieces, VzDownloadPiece *ret_piece);

/* Bytes [from, to) were written. Calls @on_block for each block that is whole now; @from follows on
 * what was written before in the same piece. */
typedef void (*VzDownloadOnBlock) (gsize block, gpointer user_data);
void vz_download_plan_wrote (VzDownloadPlan *self, guint64 from, guint64 to,
                             VzDownloadOnBlock on_block, gpointer user_data);

/* All blocks that are @from become @to; calls @on_block (may be NULL) for each. FALSE: there were
 * none. */
gboolean vz_download_plan_turn (VzDownloadPlan *self, VzDownloadBlock from, VzDownloadBlock to,
                                VzDownloadOnBlock on_block, gpointer user_data);

/* The rest of a piece is nobody's any more. */
void vz_download_plan_give_back (VzDownloadPlan *self, const VzDownloadPiece *piece);

gboolean vz_download_plan_is_complete (const VzDownloadPlan *self);
guint64 vz_download_plan_get_frontier (const VzDownloadPlan
                                         *self); /* bytes that are there from the start on */

G_END_DECLS
