/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-async.h"

#include "foundation/vz-fail.h"

typedef struct {
  gpointer result;
  GError *error;
  gboolean called;
} Outcome;

static int freed;

static void
count_free (gpointer data)
{
  g_free (data);
  g_atomic_int_inc (&freed);
}

/* Cancels itself first, so that what counts is what was done. */
static gpointer
duplicate (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  g_cancellable_cancel (cancellable);
  if (data == NULL)
    return vz_fail_null (error, VZ_ERROR_NOT_FOUND, "nothing to duplicate");
  return g_strdup (data);
}

static void
ended (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  outcome->result = vz_async_finish (result, source, ended, &outcome->error);
  outcome->called = TRUE;
}

static Outcome
run (gpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  VzAsync async = { .call = duplicate,
                    .tag = ended,
                    .data = data,
                    .free_data = count_free,
                    .free_result = count_free };
  Outcome outcome = { NULL };

  vz_async_start (&async, NULL, cancellable, ended, &outcome);
  while (!outcome.called)
    g_main_context_iteration (NULL, TRUE);
  return outcome;
}

/* The pool's thread lets go of the task after the callback was called. */
static void
wait_freed (int count)
{
  for (int i = 0; i < 1000 && g_atomic_int_get (&freed) != count; i++)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (10000);
  g_assert_cmpint (g_atomic_int_get (&freed), ==, count);
}

static void
test_result (void)
{
  Outcome outcome;
  g_autofree char *text = NULL;

  freed = 0;
  outcome = run (g_strdup ("x"));
  text = outcome.result;
  g_assert_no_error (outcome.error);
  g_assert_cmpstr (text, ==, "x");
  wait_freed (1); /* the data; the result is ours */
}

static void
test_failure (void)
{
  Outcome outcome;

  freed = 0;
  outcome = run (NULL);
  g_assert_null (outcome.result);
  g_assert_error (outcome.error, VZ_ERROR, VZ_ERROR_NOT_FOUND);
  g_clear_error (&outcome.error);
  wait_freed (1);
}

static void
test_unclaimed (void)
{
  VzAsync async = {
    .call = duplicate, .data = g_strdup ("x"), .free_data = count_free, .free_result = count_free
  };

  freed = 0;
  vz_async_start (&async, NULL, NULL, NULL, NULL);
  wait_freed (2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/foundation/async/result", test_result);
  g_test_add_func ("/foundation/async/failure", test_failure);
  g_test_add_func ("/foundation/async/unclaimed", test_unclaimed);
  return g_test_run ();
}
