/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/verify/vz-verify-run.h"

#include "image/manifest/vz-chunk.h"
#include "image/verify/vz-member-check.h"
#include "image/verify/vz-verify-judge.h"

/* How this works
 *
 * Each thread takes the next member of the plan and reads it once, piece by piece, while the
 * checksum and digests of each piece are computed. There are as many threads as cores, since the
 * kernel reads ahead what a thread would otherwise wait for. Then the claims about the member are
 * judged, and the findings are added to a list, which is finally sorted into the manifest's order.
 *
 * A member that cannot be read is a finding, not the end: the owner of a damaged image wants to
 * know all the damage. */

#define THREADS_MAX 32

typedef struct {
  guint32 group;
  gint64 chunk;
  guint64 member; /* orders findings without a component */
  VzFinding *finding; /* owned */
} Entry;

typedef struct {
  VzVerifyPlan *plan;
  VzProgress *progress;
  GCancellable *cancellable;
  guint n_threads;
  int next; /* atomic: the next unit */
  GMutex lock;
  GArray *entries; /* under lock: of Entry */
  guint8 *mentioned; /* under lock: for each group, whether it has an entry */
} Run;

static void
add_entry (Run *self, guint32 group, gint64 chunk, guint64 member, VzFinding *finding)
{
  Entry entry = { group, chunk, member, vz_finding_ref (finding) };

  g_mutex_lock (&self->lock);
  g_array_append_val (self->entries, entry);
  if (group < self->plan->groups->len)
    self->mentioned[group] = TRUE;
  g_mutex_unlock (&self->lock);
}

static gboolean
is_cancelled (Run *self)
{
  return g_cancellable_is_cancelled (self->cancellable);
}

static void
process (Run *self, VzMemberCheck *check, const VzVerifyUnit *unit)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) findings = NULL;

  (void) vz_member_check_read (check, unit, NULL, NULL, &failure);
  if (is_cancelled (self))
    return;
  findings = vz_member_check_judge (check, unit, failure);
  for (guint i = 0; i < findings->len; i++)
    {
      VzFinding *finding = g_ptr_array_index (findings, i);
      const VzVerifyClaim *claim;

      if (i == unit->n_claims)
        {
          add_entry (self, G_MAXUINT32, -1, unit->member->index, finding);
          break;
        }
      claim = &g_array_index (self->plan->claims, VzVerifyClaim, unit->first_claim + i);
      /* One finding covers all good chunks. */
      if (claim->chunk < 0 || finding->state != VZ_FINDING_GOOD)
        add_entry (self, claim->group, claim->chunk, unit->member->index, finding);
    }
}

/* Announces the next unannounced unit, which a thread will take some time later. */
static void
prefetch (Run *self, VzMemberReader *reader, guint index)
{
  const VzVerifyUnit *unit;

  index += self->n_threads;
  if (index >= self->plan->units->len)
    return;
  unit = &g_array_index (self->plan->units, VzVerifyUnit, index);
  vz_member_reader_prefetch (reader, unit->member->offset,
                             MIN (unit->member->packed_size, VZ_CHUNK_SIZE));
}

static gpointer
work (gpointer data)
{
  Run *self = data;
  GArray *units = self->plan->units;
  g_autoptr (VzMemberCheck)
    check = vz_member_check_new (self->plan, self->progress, self->cancellable);

  while (!is_cancelled (self))
    {
      guint index = (guint) g_atomic_int_add (&self->next, 1);

      if (index >= units->len)
        break;
      prefetch (self, vz_member_check_get_reader (check), index);
      process (self, check, &g_array_index (units, VzVerifyUnit, index));
    }
  return NULL;
}

/* Adds claims without a member, and components without a problem. */
static void
add_rest (Run *self)
{
  VzVerifyPlan *plan = self->plan;

  for (guint i = plan->claims->len - plan->n_absent; i < plan->claims->len; i++)
    {
      const VzVerifyClaim *claim = &g_array_index (plan->claims, VzVerifyClaim, i);
      const VzVerifyGroup *group = g_ptr_array_index (plan->groups, claim->group);

      g_autoptr (VzFinding) finding = vz_verify_judge_absent (claim, group);

      add_entry (self, claim->group, claim->chunk, 0, finding);
    }
  for (guint i = 0; i < plan->groups->len; i++)
    {
      g_autoptr (VzFinding) finding = vz_verify_judge_group (g_ptr_array_index (plan->groups, i));

      if (!self->mentioned[i])
        add_entry (self, i, -1, 0, finding);
    }
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
