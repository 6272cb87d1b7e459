/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-deadline.h"

static void
test_deadlines (void)
{
  g_assert_cmpint (vz_deadline_after (-1), ==, VZ_NO_DEADLINE);
  g_assert_cmpint (vz_deadline_remaining_ms (VZ_NO_DEADLINE), ==, -1);
  g_assert_false (vz_deadline_is_past (VZ_NO_DEADLINE));
  g_assert_true (vz_deadline_is_past (0));
  g_assert_cmpint (vz_deadline_remaining_ms (0), ==, 0);
  g_assert_false (vz_deadline_is_past (vz_deadline_after (100000)));
}

static void
test_pause_ends (void)
{
  gint64 begun = g_get_monotonic_time ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (vz_pause (20, NULL, &error));
  g_assert_true (vz_pause (20, cancellable, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - begun, >=, 40 * 1000);
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (50 * 1000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

/* An hour: the test ends only when the pause does. */
static void
test_pause_is_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

  g_assert_false (vz_pause (3600 * 1000, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  g_assert_false (vz_pause (3600 * 1000, cancellable, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/deadline/deadlines", test_deadlines);
  g_test_add_func ("/deadline/a pause ends", test_pause_ends);
  g_test_add_func ("/deadline/a pause is cancelled", test_pause_is_cancelled);
  return g_test_run ();
}
