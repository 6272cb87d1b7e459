/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/vz-download-plan.h"

#define BLOCK VZ_DOWNLOAD_BLOCK

static void
count (gsize block, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
assert_piece (const VzDownloadPiece *piece, guint64 position, guint64 end)
{
  g_assert_cmpuint (piece->position, ==, position);
  g_assert_cmpuint (piece->end, ==, end);
}

static void
test_in_order (void)
{
  g_auto (VzDownloadPlan) plan = { 0 };
  VzDownloadPiece piece;
  guint whole = 0;

  vz_download_plan_init (&plan, 3 * BLOCK + 10);
  g_assert_cmpuint (plan.n_blocks, ==, 4);
  g_assert_true (vz_download_plan_take (&plan, 1, &piece)); /* never less than a block */
  assert_piece (&piece, 0, BLOCK);
  g_assert_true (vz_download_plan_take (&plan, 10 * BLOCK, &piece));
  assert_piece (&piece, BLOCK, 3 * BLOCK + 10);
  g_assert_false (vz_download_plan_take (&plan, BLOCK, &piece));
  vz_download_plan_wrote (&plan, 0, BLOCK - 1, count, &whole);
  g_assert_cmpuint (whole, ==, 0);
  vz_download_plan_wrote (&plan, BLOCK - 1, BLOCK, count, &whole);
  g_assert_cmpuint (vz_download_plan_get_frontier (&plan), ==, BLOCK);
  vz_download_plan_wrote (&plan, BLOCK, 3 * BLOCK + 10, count, &whole);
  g_assert_cmpuint (whole, ==, 4);
  g_assert_cmpuint (plan.complete, ==, 3 * BLOCK + 10);
  g_assert_true (vz_download_plan_is_complete (&plan));
}

static void
test_tail_is_halved (void)
{
  g_auto (VzDownloadPlan) plan = { 0 };
  VzDownloadPiece slow, other, third, *pieces[] = { &slow, &other };

  vz_download_plan_init (&plan, 9 * BLOCK);
  g_assert_true (vz_download_plan_take (&plan, 9 * BLOCK, &slow));
  slow.position = BLOCK + 1;
  g_assert_true (vz_download_plan_split (&plan, pieces, 1, &other));
  assert_piece (&slow, BLOCK + 1, 5 * BLOCK);
  assert_piece (&other, 5 * BLOCK, 9 * BLOCK);
  other.position = 8 * BLOCK;
  g_assert_true (vz_download_plan_split (&plan, pieces, 2, &third)); /* of the larger rest */
  assert_piece (&third, 3 * BLOCK, 5 * BLOCK);
  slow.position = 2 * BLOCK;
  slow.end = 3 * BLOCK;
  g_assert_false (vz_download_plan_split (&plan, pieces, 2,
                                          &third)); /* nothing left that is worth it */
}

static void
test_given_back (void)
{
  g_auto (VzDownloadPlan) plan = { 0 };
  VzDownloadPiece piece, next;
  guint whole = 0;

  vz_download_plan_init (&plan, 6 * BLOCK);
  g_assert_true (vz_download_plan_take (&plan, 4 * BLOCK, &piece));
  vz_download_plan_wrote (&plan, 0, BLOCK + 5, count, &whole);
  piece.position = BLOCK + 5;
  vz_download_plan_give_back (&plan, &piece);
  g_assert_true (vz_download_plan_take (&plan, 10 * BLOCK,
                                        &next)); /* the block that was not whole again */
  assert_piece (&next, BLOCK, 6 * BLOCK);
  g_assert_cmpuint (plan.complete, ==, BLOCK);
}

static void
test_restored_with_gaps (void)
{
  g_auto (VzDownloadPlan) plan = { 0 };
  VzDownloadPiece piece;

  vz_download_plan_init (&plan, 5 * BLOCK + 1);
  vz_download_plan_restore (&plan, (const guint8 *) "sxo.xs");
  g_assert_cmpuint (plan.complete, ==, 3 * BLOCK + 1);
  g_assert_cmpuint (vz_download_plan_get_frontier (&plan), ==, 2 * BLOCK);
  g_assert_true (vz_download_plan_take (&plan, 10 * BLOCK, &piece));
  assert_piece (&piece, 2 * BLOCK, 4 * BLOCK);
  g_assert_false (vz_download_plan_take (&plan, 10 * BLOCK, &piece));
}

static void
test_made_durable (void)
{
  g_auto (VzDownloadPlan) plan = { 0 };
  guint written = 0;

  vz_download_plan_init (&plan, 3 * BLOCK);
  g_assert_false (vz_download_plan_turn (&plan, VZ_DOWNLOAD_THERE, VZ_DOWNLOAD_SINKING, NULL,
                                         NULL));
  vz_download_plan_restore (&plan, (const guint8 *) "xsx");
  g_assert_true (vz_download_plan_turn (&plan, VZ_DOWNLOAD_THERE, VZ_DOWNLOAD_SINKING, NULL, NULL));
  g_assert_true (vz_download_plan_is_complete (&plan));
  g_assert_true (vz_download_plan_turn (&plan, VZ_DOWNLOAD_SINKING, VZ_DOWNLOAD_SAFE, count,
                                        &written));
  g_assert_cmpuint (written, ==, 2);
  g_assert_cmpmem (plan.blocks, plan.n_blocks, "sss", 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/transfer/download-plan/" name, function)
  ADD ("in-order", test_in_order);
  ADD ("tail-is-halved", test_tail_is_halved);
  ADD ("given-back", test_given_back);
  ADD ("restored-with-gaps", test_restored_with_gaps);
  ADD ("made-durable", test_made_durable);
  return g_test_run ();
}
