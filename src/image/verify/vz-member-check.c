/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/verify/vz-member-check.h"

#include "image/verify/vz-member-sums.h"
#include "image/verify/vz-verify-judge.h"

struct _VzMemberCheck {
  VzVerifyPlan *plan; /* borrowed */
  VzProgress *progress; /* borrowed; may be NULL */
  GCancellable *cancellable;
  VzMemberReader *reader; /* owned */
  VzMemberSums *sums; /* owned */
  GArray *wants; /* of VzVerifyWant, one for each claim */
  gboolean skip_unknown;
  gboolean skipped; /* of the last member read */
};

VzMemberCheck *
vz_member_check_new (VzVerifyPlan *plan, VzProgress *progress, GCancellable *cancellable)
{
  VzMemberCheck *self = g_new0 (VzMemberCheck, 1);

  self->plan = plan;
  self->progress = progress;
  self->cancellable = cancellable;
  self->reader = vz_member_reader_new (plan->container);
  self->sums = vz_member_sums_new ();
  self->wants = g_array_new (FALSE, FALSE, sizeof (VzVerifyWant));
  return self;
}

void
vz_member_check_free (VzMemberCheck *self)
{
  if (self == NULL)
    return;
  vz_member_reader_free (self->reader);
  vz_member_sums_free (self->sums);
  g_array_unref (self->wants);
  g_free (self);
}

VzMemberReader *
vz_member_check_get_reader (VzMemberCheck *self)
{
  return self->reader;
}

void
vz_member_check_skip_unknown (VzMemberCheck *self)
{
  self->skip_unknown = TRUE;
}

static const VzVerifyClaim *
get_claim (VzMemberCheck *self, const VzVerifyUnit *unit, guint number,
           const VzVerifyGroup **ret_group)
{
  const VzVerifyClaim *claim =
    &g_array_index (self->plan->claims, VzVerifyClaim, unit->first_claim + number);

  *ret_group = g_ptr_array_index (self->plan->groups, claim->group);
  return claim;
}

static void
want_digests (VzMemberCheck *self, const VzVerifyUnit *unit)
{
  self->skipped = FALSE;
  vz_member_sums_reset (self->sums);
  g_array_set_size (self->wants, 0);
  for (guint i = 0; i < unit->n_claims; i++)
    {
      const VzVerifyGroup *group;
      const VzVerifyClaim *claim = get_claim (self, unit, i, &group);
      VzVerifyWant want = vz_verify_judge_want (claim, group, self->sums);

      g_array_append_val (self->wants, want);
    }
}

static void
begin_sums (VzMemberCheck *self, const VzVerifyUnit *unit, const VzMemberPiece *piece)
{
  gboolean decisive = !self->skip_unknown;

  vz_member_sums_begin (self->sums, piece->data, piece->size, unit->member->size);
  for (guint i = 0; i < unit->n_claims && !decisive; i++)
    {
      const VzVerifyGroup *group;
      const VzVerifyClaim *claim = get_claim (self, unit, i, &group);

      decisive = claim->expected != NULL &&
                 vz_verify_judge_knows_coverage (claim, group, self->sums);
    }
  self->skipped = !decisive;
  if (!decisive)
    vz_member_sums_drop_digests (self->sums);
}

static void
report_progress (VzMemberCheck *self, guint64 bytes)
{
  if (self->progress != NULL && bytes > 0)
    vz_progress_add_completed (self->progress, bytes);
}

static gboolean
read_pieces (VzMemberCheck *self, const VzVerifyUnit *unit, VzMemberSink sink, gpointer sink_data,
             guint64 *reported, GError **error)
{
  VzMemberPiece piece = { .size = 1 };

  if (!vz_member_reader_begin (self->reader, unit->member, self->cancellable, error))
    return FALSE;
  for (gboolean first = TRUE; piece.size > 0; first = FALSE)
    {
      if (g_cancellable_set_error_if_cancelled (self->cancellable, error) ||
          !vz_member_reader_next (self->reader, &piece, self->cancellable, error))
        return FALSE;
      if (first)
        begin_sums (self, unit, &piece);
      vz_member_sums_update (self->sums, piece.data, piece.size);
      if (sink != NULL && piece.size > 0 && !sink (sink_data, &piece, error))
        return FALSE;
      *reported += piece.packed;
      report_progress (self, piece.packed);
    }
  return TRUE;
}

gboolean
vz_member_check_read (VzMemberCheck *self, const VzVerifyUnit *unit, VzMemberSink sink,
                      gpointer sink_data, GError **error)
{
  guint64 reported = 0;
  gboolean complete;

  want_digests (self, unit);
  complete = read_pieces (self, unit, sink, sink_data, &reported, error);
  report_progress (self, unit->member->packed_size - MIN (reported, unit->member->packed_size));
  if (complete)
    vz_member_sums_finish (self->sums);
  return complete;
}

GPtrArray *
vz_member_check_judge (VzMemberCheck *self, const VzVerifyUnit *unit, const GError *failure)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_finding_unref);
  VzMemberSums *sums = failure == NULL ? self->sums : NULL;
  g_autofree char *trouble = failure == NULL ? vz_verify_judge_checksum (unit->member, self->sums)
                                             : g_strdup (failure->message);
  gboolean said = FALSE;

  for (guint i = 0; i < unit->n_claims && !self->skipped; i++)
    {
      const VzVerifyGroup *group;
      const VzVerifyClaim *claim = get_claim (self, unit, i, &group);
      const VzVerifyWant *want = &g_array_index (self->wants, VzVerifyWant, i);
      VzFinding *finding = vz_verify_judge_claim (claim, group, want, sums, trouble);

      said = said || finding->state == VZ_FINDING_BAD;
      g_ptr_array_add (findings, finding);
    }
  if (trouble != NULL && !said)
    g_ptr_array_add (findings, vz_verify_judge_member (unit->member, sums, trouble));
  return findings;
}
