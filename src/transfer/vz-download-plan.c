/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-download-plan.h"

#include <string.h>

static gboolean
is_there (guint8 block)
{
  return block == VZ_DOWNLOAD_THERE || block == VZ_DOWNLOAD_SINKING || block == VZ_DOWNLOAD_SAFE;
}

static guint64
block_end (const VzDownloadPlan *self, gsize block)
{
  return MIN ((block + 1) * VZ_DOWNLOAD_BLOCK, self->length);
}

void
vz_download_plan_init (VzDownloadPlan *self, guint64 length)
{
  *self = (VzDownloadPlan){ .length = length };
  self->n_blocks = (length + VZ_DOWNLOAD_BLOCK - 1) / VZ_DOWNLOAD_BLOCK;
  self->blocks = g_malloc (self->n_blocks + 1);
  memset (self->blocks, VZ_DOWNLOAD_FREE, self->n_blocks + 1);
}

void
vz_download_plan_clear (VzDownloadPlan *self)
{
  g_clear_pointer (&self->blocks, g_free);
  *self = (VzDownloadPlan){ 0 };
}

static void
advance (VzDownloadPlan *self)
{
  while (self->frontier < self->n_blocks && is_there (self->blocks[self->frontier]))
    self->frontier++;
}

void
vz_download_plan_restore (VzDownloadPlan *self, const guint8 *blocks)
{
  for (gsize i = 0; i < self->n_blocks; i++)
    {
      self->blocks[i] = is_there (blocks[i]) ? blocks[i] : VZ_DOWNLOAD_FREE;
      if (is_there (blocks[i]))
        self->complete += block_end (self, i) - i * VZ_DOWNLOAD_BLOCK;
    }
  advance (self);
}

gboolean
vz_download_plan_take (VzDownloadPlan *self, guint64 most, VzDownloadPiece *ret_piece)
{
  gsize first, last, limit = MAX (1, most / VZ_DOWNLOAD_BLOCK);

  while (self->next < self->n_blocks && self->blocks[self->next] != VZ_DOWNLOAD_FREE)
    self->next++;
  first = last = self->next;
  if (first == self->n_blocks)
    return FALSE;
  while (last < self->n_blocks && last - first < limit && self->blocks[last] == VZ_DOWNLOAD_FREE)
    self->blocks[last++] = VZ_DOWNLOAD_TAKEN;
  self->next = last;
  *ret_piece = (VzDownloadPiece){ first * VZ_DOWNLOAD_BLOCK, block_end (self, last - 1) };
  return TRUE;
}

gboolean
vz_download_plan_split (VzDownloadPlan *self, VzDownloadPiece *const *pieces, guint n_pieces,
                        VzDownloadPiece *ret_piece)
{
  VzDownloadPiece *largest = NULL;
  gsize first, last, middle;

  for (guint i = 0; i < n_pieces; i++)
    if (largest == NULL || pieces[i]->end - pieces[i]->position > largest->end - largest->position)
      largest = pieces[i];
  if (largest == NULL || largest->end - largest->position < 2 * VZ_DOWNLOAD_BLOCK)
    return FALSE;
  first = largest->position / VZ_DOWNLOAD_BLOCK;
  last = (largest->end + VZ_DOWNLOAD_BLOCK - 1) / VZ_DOWNLOAD_BLOCK;
  middle = first + (last - first + 1) / 2;
  *ret_piece = (VzDownloadPiece){ middle * VZ_DOWNLOAD_BLOCK, largest->end };
  largest->end = middle * VZ_DOWNLOAD_BLOCK;
  return TRUE;
}

void
vz_download_plan_wrote (VzDownloadPlan *self, guint64 from, guint64 to, VzDownloadOnBlock on_block,
                        gpointer user_data)
{
  for (gsize i = from / VZ_DOWNLOAD_BLOCK; i < self->n_blocks && block_end (self, i) <= to; i++)
    {
      if (is_there (self->blocks[i]))
        continue;
      self->blocks[i] = VZ_DOWNLOAD_THERE;
      self->complete += block_end (self, i) - i * VZ_DOWNLOAD_BLOCK;
      on_block (i, user_data);
    }
  advance (self);
}

gboolean
vz_download_plan_turn (VzDownloadPlan *self, VzDownloadBlock from, VzDownloadBlock to,
                       VzDownloadOnBlock on_block, gpointer user_data)
{
  gboolean found = FALSE;

  for (gsize i = 0; i < self->n_blocks; i++)
    {
      if (self->blocks[i] != from)
        continue;
      self->blocks[i] = (guint8) to;
      found = TRUE;
      if (on_block != NULL)
        on_block (i, user_data);
    }
  return found;
}

void
vz_download_plan_give_back (VzDownloadPlan *self, const VzDownloadPiece *piece)
{
  gsize first = piece->position / VZ_DOWNLOAD_BLOCK;

  for (gsize i = first; i < self->n_blocks && i * VZ_DOWNLOAD_BLOCK < piece->end; i++)
    if (self->blocks[i] == VZ_DOWNLOAD_TAKEN)
      self->blocks[i] = VZ_DOWNLOAD_FREE;
  self->next = MIN (self->next, first);
}

gboolean
vz_download_plan_is_complete (const VzDownloadPlan *self)
{
  return self->frontier == self->n_blocks;
}

guint64
vz_download_plan_get_frontier (const VzDownloadPlan *self)
{
  return MIN (self->frontier * VZ_DOWNLOAD_BLOCK, self->length);
}
