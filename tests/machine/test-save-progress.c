/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-fixture.h"

#include "qemu/engine/vz-engine.h"

/* Saving while another program looks on: QEMU's monitor is blocked during part of a transfer, and
 * nothing that moves the state may wait for it. */

#define MEMORY (G_GUINT64_CONSTANT (512) << 20)
#define FILL "fill 300" /* MB, so that the transfer takes a while */
#define ROUNDS 5
#define AT_MOST (25 * G_USEC_PER_SEC) /* an unanswered call to the monitor takes 30 */

typedef struct {
  VzVirtualMachineConfiguration *configuration;
  gint over;
  guint answers;
  gint64 longest; /* microseconds */
} Looking;

/* Another program that queries QEMU all the time. */
static gpointer
look (gpointer data)
{
  Looking *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VzVirtualMachine) machine = vz_virtual_machine_attach (self->configuration, &error);

  g_assert_no_error (error);
  while (!g_atomic_int_get (&self->over))
    {
      gint64 begin = g_get_monotonic_time ();
      g_autoptr (GError) cause = vz_virtual_machine_dup_pause_error (machine, NULL);

      g_assert_no_error (cause);
      self->longest = MAX (self->longest, g_get_monotonic_time () - begin);
      self->answers++;
    }
  return NULL;
}

static void
save_once (Guest *guest, const char *path)
{
  g_autoptr (VzProgress) progress = vz_progress_new (1);
  g_autoptr (GError) error = NULL;
  gint64 begin = g_get_monotonic_time ();

  vz_virtual_machine_save_machine_state_to_file (guest->machine, path, progress, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, AT_MOST);
  g_assert_cmpuint (vz_progress_get_total (progress), ==, MEMORY);
  g_assert_cmpuint (vz_progress_get_completed (progress), ==, MEMORY);
}

static void
test_looked_at (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  Looking looking = { 0 };
  GThread *thread;

  if (guest == NULL)
    return;
  path = guest_dup_save_path (guest);
  vz_virtual_machine_configuration_set_memory_size (guest->configuration, MEMORY);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  guest_say (guest, FILL);
  g_free (guest_expect (guest, "ok"));
  vz_virtual_machine_pause (guest->machine, NULL, &error);
  g_assert_no_error (error);
  looking.configuration = guest->configuration;
  thread = g_thread_new ("look", look, &looking);
  for (guint i = 0; i < ROUNDS; i++)
    save_once (guest, path);
  g_atomic_int_set (&looking.over, TRUE);
  g_thread_join (thread);
  g_assert_cmpuint (looking.answers, >, ROUNDS);
  g_assert_cmpint (looking.longest, <, AT_MOST);
  guest_save (guest, path);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/save-progress/looked-at", test_looked_at);
  return g_test_run ();
}
