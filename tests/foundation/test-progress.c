/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-progress.h"

static void
test_nested (void)
{
  g_autoptr (VzProgress) root = vz_progress_new (100);
  VzProgress *first = vz_progress_add_child (root, 40, 8);
  g_autoptr (VzProgress) second = vz_progress_add_child (root, 60, 0);
  g_autofree char *phase = NULL;

  vz_progress_set_completed (first, 4);
  g_assert_cmpfloat_with_epsilon (vz_progress_get_fraction_completed (root), 0.2, 1e-9);
  vz_progress_finish (first);
  g_clear_object (&first);
  g_assert_cmpfloat_with_epsilon (vz_progress_get_fraction_completed (root), 0.4, 1e-9);
  g_assert_cmpuint (vz_progress_get_completed (root), ==, 40);

  vz_progress_set_phase (second, VZ_PROGRESS_PHASE_RESTORE);
  vz_progress_set_total (second, 3);
  vz_progress_add_completed (second, 3);
  phase = vz_progress_dup_phase (root);
  g_assert_cmpstr (phase, ==, "restore");
  g_assert_cmpfloat_with_epsilon (vz_progress_get_fraction_completed (root), 1.0, 1e-9);
}

/* The words are public, in the output of vz --json: none may change. */
static void
test_words_of_phases (void)
{
  static const char *const words[] = {
    NULL,       "check",    "restore",  "boot",      "settings",   "shutdown",
    "archive",  "update",   "download", "unpack",    "configure",  "pack",
    "compress", "fetching", "resuming", "waiting",   "verifying",  "checking",
    "writing",  "copying",  "saving",   "restoring", "extracting",
  };
  g_autoptr (VzProgress) progress = vz_progress_new (1);

  g_assert_cmpint (vz_progress_get_phase (progress), ==, VZ_PROGRESS_PHASE_NONE);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *found = NULL;
      VzProgressPhase phase = VZ_PROGRESS_PHASE_NONE;

      vz_progress_set_phase (progress, (VzProgressPhase) i);
      found = vz_progress_dup_phase (progress);
      g_assert_cmpstr (found, ==, words[i]);
      g_object_get (progress, "phase", &phase, NULL);
      g_assert_cmpuint (phase, ==, i);
    }
}

static void
test_never_past_the_end (void)
{
  g_autoptr (VzProgress) progress = vz_progress_new (10);

  vz_progress_set_completed (progress, 25);
  g_assert_cmpfloat (vz_progress_get_fraction_completed (progress), ==, 1.0);
}

/* What is skipped (holes, what was there already) is done, but nothing was moved. */
static void
test_rate_without_what_is_skipped (void)
{
  g_autoptr (VzProgress) progress = vz_progress_new (G_GUINT64_CONSTANT (1) << 40);
  double rate;

  g_usleep (G_USEC_PER_SEC / 4);
  vz_progress_skip (progress, G_GUINT64_CONSTANT (1) << 39);
  vz_progress_add_completed (progress, 1000);
  g_usleep (G_USEC_PER_SEC / 4);
  vz_progress_add_completed (progress, 1000);
  rate = vz_progress_get_rate (progress);
  g_assert_cmpfloat (rate, >, 0.0);
  g_assert_cmpfloat (rate, <=, 8000.0);
  g_assert_cmpuint (vz_progress_get_completed (progress), ==,
                    (G_GUINT64_CONSTANT (1) << 39) + 2000);
}

typedef struct {
  GThread *expected;
  guint count;
  double last;
} Seen;

static void
on_notify (VzProgress *progress, GParamSpec *pspec, Seen *seen)
{
  g_assert_true (g_thread_self () == seen->expected);
  seen->count++;
  seen->last = vz_progress_get_fraction_completed (progress);
}

static gpointer
work (gpointer data)
{
  for (int i = 0; i < 1000; i++)
    vz_progress_add_completed (data, 1);
  return NULL;
}

static void
test_notifies_on_creators_context (void)
{
  g_autoptr (VzProgress) progress = vz_progress_new (1000);
  Seen seen = { g_thread_self (), 0, 0.0 };
  GThread *thread;

  g_signal_connect (progress, "notify::fraction-completed", G_CALLBACK (on_notify), &seen);
  thread = g_thread_new ("work", work, progress);
  g_thread_join (thread);
  while (seen.last < 1.0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (seen.count, >=, 1);
  g_assert_cmpuint (seen.count, <=, 3); /* a thousand updates are not a thousand notifications */
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/progress/rate-without-what-is-skipped", test_rate_without_what_is_skipped);
  g_test_add_func ("/progress/nested", test_nested);
  g_test_add_func ("/progress/words of phases", test_words_of_phases);
  g_test_add_func ("/progress/never-past-the-end", test_never_past_the_end);
  g_test_add_func ("/progress/notifies-on-creators-context", test_notifies_on_creators_context);
  return g_test_run ();
}
