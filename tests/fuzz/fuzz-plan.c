/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-download-plan.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define MOST_PIECES 8
#define MOST_BLOCKS 96

typedef struct {
  VzDownloadPlan plan;
  VzDownloadPiece pieces[MOST_PIECES];
  gboolean has_piece[MOST_PIECES];
  guint reported; /* blocks of which the plan said that they are whole */
} Crew;

static void
on_block (gsize block, gpointer user_data)
{
  Crew *self = user_data;

  g_assert (self->plan.blocks[block] == VZ_DOWNLOAD_THERE);
  self->reported++;
}

/* Who fetches a block that is taken: exactly one piece. */
static guint
count_owners (const Crew *self, gsize block)
{
  guint64 begin = block * VZ_DOWNLOAD_BLOCK,
          end = MIN (begin + VZ_DOWNLOAD_BLOCK, self->plan.length);
  guint n = 0;

  for (guint i = 0; i < MOST_PIECES; i++)
    n += self->has_piece[i] && self->pieces[i].position < end && self->pieces[i].end > begin;
  return n;
}

static void
check (const Crew *self)
{
  const VzDownloadPlan *plan = &self->plan;
  guint64 complete = 0, frontier = 0;
  gboolean whole = TRUE;

  for (gsize i = 0; i < plan->n_blocks; i++)
    {
      gboolean taken = plan->blocks[i] == VZ_DOWNLOAD_TAKEN,
               there = !taken && plan->blocks[i] != VZ_DOWNLOAD_FREE;
      guint64 size = MIN ((i + 1) * VZ_DOWNLOAD_BLOCK, plan->length) - i * VZ_DOWNLOAD_BLOCK;

      g_assert (count_owners (self, i) == (guint) taken);
      complete += there ? size : 0;
      whole = whole && there;
      frontier += whole ? size : 0;
    }
  g_assert (plan->complete == complete && vz_download_plan_get_frontier (plan) == frontier);
  g_assert (vz_download_plan_is_complete (plan) == whole);
}

static void
take (Crew *self, guint who, guint64 most)
{
  VzDownloadPiece *pieces[MOST_PIECES];
  guint n = 0;

  for (guint i = 0; i < MOST_PIECES; i++)
    if (self->has_piece[i])
      pieces[n++] = &self->pieces[i];
  self->has_piece[who] = vz_download_plan_take (&self->plan, most, &self->pieces[who]) ||
                         vz_download_plan_split (&self->plan, pieces, n, &self->pieces[who]);
}

static void
write_some (Crew *self, guint who, guint64 size)
{
  VzDownloadPiece *piece = &self->pieces[who];
  guint64 end = piece->position + MIN (size, piece->end - piece->position);

  vz_download_plan_wrote (&self->plan, piece->position, end, on_block, self);
  piece->position = end;
  self->has_piece[who] = piece->position < piece->end;
}

static void
step (Crew *self, guint8 what, guint8 how_much)
{
  guint who = what % MOST_PIECES;
  guint64 size = (guint64) how_much * how_much * 997;

  if (!self->has_piece[who])
    take (self, who, size * 8);
  else if (what / MOST_PIECES % 4 != 0)
    write_some (self, who, size);
  else
    {
      vz_download_plan_give_back (&self->plan, &self->pieces[who]);
      self->has_piece[who] = FALSE;
    }
  if (what >= 0xf0)
    {
      vz_download_plan_turn (&self->plan, VZ_DOWNLOAD_SINKING, VZ_DOWNLOAD_SAFE, NULL, NULL);
      vz_download_plan_turn (&self->plan, VZ_DOWNLOAD_THERE, VZ_DOWNLOAD_SINKING, NULL, NULL);
    }
}

/* Connections that take, fetch, halve and give back pieces in any order: no byte is fetched twice
 * at a time or forgotten, and whatever happened before, it comes to an end. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Crew self = { { 0 } };

  if (size < 3)
    return 0;
  vz_download_plan_init (&self.plan, (guint64) (data[0] % MOST_BLOCKS) * VZ_DOWNLOAD_BLOCK +
                                       data[1] * 1021 + 1);
  for (size_t i = 2; i + 1 < size; i += 2)
    {
      step (&self, data[i], data[i + 1]);
      check (&self);
    }
  for (guint round = 0; !vz_download_plan_is_complete (&self.plan); round++)
    {
      g_assert (round < 2 * MOST_BLOCKS);
      for (guint i = 0; i < MOST_PIECES; i++)
        {
          if (!self.has_piece[i])
            take (&self, i, G_MAXUINT32);
          if (self.has_piece[i])
            write_some (&self, i, G_MAXUINT32);
        }
      check (&self);
    }
  g_assert (self.reported == self.plan.n_blocks && self.plan.complete == self.plan.length);
  vz_download_plan_clear (&self.plan);
  return 0;
}
