/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore/vz-verify-run.h"

#include "foundation/vz-fail.h"
#include "restore/vz-chunk.h"
#include "restore/vz-member-reader.h"
#include "restore/vz-member-sums.h"
#include "restore/vz-verify-judge.h"

/* How this works
 *
 * Each thread takes the next member of the plan and reads it once, piece by piece, while checksum
 * and digests are computed of each piece. There are as many threads as cores: what a thread would
 * wait for, the kernel has read ahead. Then the claims about the member are judged, and what there
 * is to say is put into a list, which is brought into the manifest's order at the end.
 *
 * A member that cannot be read is a finding, not the end: whoever has a damaged image wants to know
 * of all that is damaged. */

#define THREADS_MAX 32

typedef struct {
  guint32 group;
  gint64 chunk;
  guint64 member;     /* orders findings that no component is in */
  VzFinding *finding; /* owned */
} Entry;

typedef struct {
  VzVerifyPlan *plan;
  VzProgress *progress;
  GCancellable *cancellable;
  guint n_threads;
  int next; /* atomic: unit to take */
  GMutex lock;
  GArray *entries;  /* under lock: of Entry */
  guint8 *mentioned; /* under lock: for each group, whether there is an entry */
} Run;

typedef struct {
  Run *run;
  VzMemberReader *reader; /* owned */
  VzMemberSums *sums;     /* owned */
  GArray *wants;          /* of VzJudgeWant, one for each claim */
} Worker;

static void
add_entry (Run *self, guint32 group, gint64 chunk, guint64 member, VzFinding *finding)
{
  Entry entry = { group, chunk, member, finding };

  g_mutex_lock (&self->lock);
  g_array_append_val (self->entries, entry);
  if (group < self->plan->groups->len)
    self->mentioned[group] = TRUE;
  g_mutex_unlock (&self->lock);
}

static void
want_digests (Worker *self, const VzVerifyUnit *unit)
{
  VzVerifyPlan *plan = self->run->plan;

  vz_member_sums_reset (self->sums);
  g_array_set_size (self->wants, 0);
  for (guint i = 0; i < unit->n_claims; i++)
    {
      const VzVerifyClaim *claim = &g_array_index (plan->claims, VzVerifyClaim, unit->first_claim + i);
      const VzVerifyGroup *group = g_ptr_array_index (plan->groups, claim->group);
      VzJudgeWant want = vz_judge_want (claim, group, self->sums);

      g_array_append_val (self->wants, want);
    }
}

static gboolean
is_cancelled (Worker *self)
{
  return g_cancellable_is_cancelled (self->run->cancellable);
}

static void
report_progress (Worker *self, guint64 bytes)
{
  if (self->run->progress != NULL && bytes > 0)
    vz_progress_add_completed (self->run->progress, bytes);
}

static gboolean
begin_member (Worker *self, const VzImageMember *member, GError **error)
{
  VzImageContainer *container = self->run->plan->container;
  g_autofree char *problem = vz_image_member_packing_problem (member);
  guint64 offset;

  if (problem != NULL)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE, "It %s", problem);
  if (!vz_image_container_find_data (container, member, &offset, self->run->cancellable, error))
    return FALSE;
  vz_member_reader_begin (self->reader, member, offset);
  return TRUE;
}

/* To the end, unless it is cancelled. */
static gboolean
read_member (Worker *self, const VzImageMember *member, guint64 *packed, GError **error)
{
  VzMemberPiece piece = { .size = 1 };

  if (!begin_member (self, member, error))
    return FALSE;
  for (gboolean first = TRUE; piece.size > 0 && !is_cancelled (self); first = FALSE)
    {
      if (!vz_member_reader_next (self->reader, &piece, error))
        return FALSE;
      if (first)
        vz_member_sums_begin (self->sums, piece.data, piece.size, member->size);
      vz_member_sums_update (self->sums, piece.data, piece.size);
      *packed += piece.packed;
      report_progress (self, piece.packed);
    }
  vz_member_sums_finish (self->sums);
  return TRUE;
}

static void
judge_claims (Worker *self, const VzVerifyUnit *unit, const char *trouble, gboolean complete)
{
  VzVerifyPlan *plan = self->run->plan;
  gboolean named = FALSE;

  for (guint i = 0; i < unit->n_claims; i++)
    {
      const VzVerifyClaim *claim = &g_array_index (plan->claims, VzVerifyClaim, unit->first_claim + i);
      const VzJudgeWant *want = &g_array_index (self->wants, VzJudgeWant, i);
      const VzVerifyGroup *group = g_ptr_array_index (plan->groups, claim->group);
      VzFinding *finding = vz_judge_claim (claim, group, want, complete ? self->sums : NULL, trouble);

      named = named || finding->state == VZ_FINDING_BAD;
      if (claim->chunk >= 0 && finding->state == VZ_FINDING_GOOD)
        vz_finding_unref (finding); /* one finding says so for all chunks */
      else
        add_entry (self->run, claim->group, claim->chunk, unit->member->index, finding);
    }
  if (trouble != NULL && !named)
    add_entry (self->run, G_MAXUINT32, -1, unit->member->index,
               vz_judge_member (unit->member, complete ? self->sums : NULL, trouble));
}

static void
process (Worker *self, const VzVerifyUnit *unit)
{
  const VzImageMember *member = unit->member;
  g_autofree char *trouble = NULL;
  g_autoptr (GError) failure = NULL;
  guint64 packed = 0;
  gboolean complete;

  want_digests (self, unit);
  complete = read_member (self, member, &packed, &failure);
  if (is_cancelled (self))
    return;
  report_progress (self, member->packed_size - MIN (packed, member->packed_size));
  trouble = complete ? vz_judge_checksum (member, self->sums) : g_strdup (failure->message);
  judge_claims (self, unit, trouble, complete);
}

/* What a thread will take some time later is the next one that nobody has been told of. */
static void
prefetch (Worker *self, guint index)
{
  VzVerifyPlan *plan = self->run->plan;
  const VzVerifyUnit *unit;

  index += self->run->n_threads;
  if (index >= plan->units->len)
    return;
  unit = &g_array_index (plan->units, VzVerifyUnit, index);
  vz_member_reader_prefetch (self->reader, unit->member->offset,
                             MIN (unit->member->packed_size, VZ_CHUNK_SIZE));
}

static gpointer
work (gpointer data)
{
  Run *run = data;
  g_autoptr (VzMemberReader) reader =
    vz_member_reader_new (vz_image_container_get_fd (run->plan->container));
  g_autoptr (VzMemberSums) sums = vz_member_sums_new ();
  g_autoptr (GArray) wants = g_array_new (FALSE, FALSE, sizeof (VzJudgeWant));
  Worker self = { run, reader, sums, wants };

  while (!is_cancelled (&self))
    {
      guint index = (guint) g_atomic_int_add (&run->next, 1);

      if (index >= run->plan->units->len)
        break;
      prefetch (&self, index);
      process (&self, &g_array_index (run->plan->units, VzVerifyUnit, index));
    }
  return NULL;
}

/* Claims about nothing, and components of which nothing was wrong. */
static void
add_rest (Run *self)
{
  VzVerifyPlan *plan = self->plan;

  for (guint i = plan->claims->len - plan->n_absent; i < plan->claims->len; i++)
    {
      const VzVerifyClaim *claim = &g_array_index (plan->claims, VzVerifyClaim, i);
      const VzVerifyGroup *group = g_ptr_array_index (plan->groups, claim->group);

      add_entry (self, claim->group, claim->chunk, 0, vz_judge_absent (claim, group));
    }
  for (guint i = 0; i < plan->groups->len; i++)
    if (!self->mentioned[i])
      add_entry (self, i, -1, 0, vz_judge_group (g_ptr_array_index (plan->groups, i)));
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *left = a, *right = b;

  if (left->group != right->group)
    return left->group < right->group ? -1 : 1;
  if (left->chunk != right->chunk)
    return left->chunk < right->chunk ? -1 : 1;
  return left->member < right->member ? -1 : left->member > right->member;
}

static GPtrArray *
list_findings (Run *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_finding_unref);

  g_array_sort (self->entries, compare_entries);
  for (guint i = 0; i < self->entries->len; i++)
    g_ptr_array_add (list, g_array_index (self->entries, Entry, i).finding);
  return list;
}

GPtrArray *
vz_verify_run (VzVerifyPlan *plan, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_autofree guint8 *mentioned = g_new0 (guint8, plan->groups->len + 1);
  Run self = { .plan = plan,
               .progress = progress,
               .cancellable = cancellable,
               .n_threads = MIN (g_get_num_processors (), THREADS_MAX),
               .entries = entries,
               .mentioned = mentioned };
  GThread *threads[THREADS_MAX];
  g_autoptr (GPtrArray) findings = NULL;

  if (progress != NULL)
    vz_progress_set_total (progress, plan->size);
  g_mutex_init (&self.lock);
  /* The calling thread is one of them. */
  for (guint i = 1; i < self.n_threads; i++)
    threads[i] = g_thread_new ("vz-verify", work, &self);
  work (&self);
  for (guint i = 1; i < self.n_threads; i++)
    g_thread_join (threads[i]);
  add_rest (&self);
  findings = list_findings (&self);
  g_mutex_clear (&self.lock);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (progress != NULL)
    vz_progress_finish (progress);
  return g_steal_pointer (&findings);
}
