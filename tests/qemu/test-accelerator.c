/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-fail.h"
#include "machine/vz-machine-operation.h"
#include "qemu/engine/vz-accelerator-choice.h"

#include <string.h>

static const struct {
  const char *host;
  gboolean opens;
  gboolean flags;
  const char *guest;
  VzAccelerator wanted;
  VzAccelerator expected; /* AUTOMATIC: refused */
  const char *reason;
} rows[] = {
  { "x86_64", TRUE, TRUE, "x86_64", VZ_ACCELERATOR_AUTOMATIC, VZ_ACCELERATOR_KVM, NULL },
  { "x86_64", TRUE, FALSE, "x86_64", VZ_ACCELERATOR_AUTOMATIC, VZ_ACCELERATOR_TCG, "svm nor vmx" },
  { "x86_64", FALSE, TRUE, "x86_64", VZ_ACCELERATOR_AUTOMATIC, VZ_ACCELERATOR_TCG, "denied" },
  { "x86_64", TRUE, TRUE, "aarch64", VZ_ACCELERATOR_AUTOMATIC, VZ_ACCELERATOR_TCG, "aarch64" },
  { "x86_64", TRUE, TRUE, "x86_64", VZ_ACCELERATOR_TCG, VZ_ACCELERATOR_TCG, "as configured" },
  { "x86_64", TRUE, TRUE, "x86_64", VZ_ACCELERATOR_KVM, VZ_ACCELERATOR_KVM, NULL },
  { "x86_64", TRUE, FALSE, "x86_64", VZ_ACCELERATOR_KVM, VZ_ACCELERATOR_AUTOMATIC, "svm nor vmx" },
  { "aarch64", TRUE, TRUE, "x86_64", VZ_ACCELERATOR_KVM, VZ_ACCELERATOR_AUTOMATIC, "x86_64" },
};

static void
test_choice (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      VzAcceleratorFacts facts = {
        .host_architecture = rows[i].host,
        .device_opens = rows[i].opens,
        .device_problem = (char *) "/dev/kvm: denied",
        .has_virtualization = rows[i].flags,
      };
      g_autoptr (GError) error = NULL;
      g_autofree char *reason = NULL;
      VzAccelerator chosen = VZ_ACCELERATOR_AUTOMATIC;

      vz_accelerator_choose (&facts, rows[i].guest, rows[i].wanted, &chosen, &reason, &error);
      g_assert_cmpint (chosen, ==, rows[i].expected);
      if (chosen == VZ_ACCELERATOR_AUTOMATIC)
        {
          g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
          g_assert_nonnull (strstr (error->message, rows[i].reason));
        }
      else if (rows[i].reason == NULL)
        g_assert_null (reason);
      else
        g_assert_nonnull (strstr (reason, rows[i].reason));
    }
}

/* Apple's table, written down a second time, and our sending of keys: rows are states, columns are
 * operations. */
static void
test_operations (void)
{
  static const char *const allowed[VZ_N_STATES] = {
    [VZ_VIRTUAL_MACHINE_STATE_STOPPED] = "S.....R.",
    [VZ_VIRTUAL_MACHINE_STATE_RUNNING] = ".TP.Q..K",
    [VZ_VIRTUAL_MACHINE_STATE_PAUSED] = ".T.E.V..",
    [VZ_VIRTUAL_MACHINE_STATE_ERROR] = "S.......",
    [VZ_VIRTUAL_MACHINE_STATE_STARTING] = "........",
    [VZ_VIRTUAL_MACHINE_STATE_PAUSING] = "........",
    [VZ_VIRTUAL_MACHINE_STATE_RESUMING] = "........",
    [VZ_VIRTUAL_MACHINE_STATE_STOPPING] = "........",
    [VZ_VIRTUAL_MACHINE_STATE_SAVING] = "........",
    [VZ_VIRTUAL_MACHINE_STATE_RESTORING] = "........",
  };

  for (guint state = 0; state < VZ_N_STATES; state++)
    for (guint operation = 0; operation < VZ_N_OPERATIONS; operation++)
      {
        g_autoptr (GError) error = NULL;
        gboolean ok = vz_operation_check (operation, state, &error);

        g_assert_cmpint (ok, ==, allowed[state][operation] != '.');
        g_assert_cmpint (error == NULL, ==, ok);
        if (!ok)
          g_assert_cmpint (error->code == VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE ||
                             error->code == VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION,
                           ==, TRUE);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/accelerator/choice", test_choice);
  g_test_add_func ("/machine/operations", test_operations);
  return g_test_run ();
}
