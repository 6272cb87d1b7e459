/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/machine-action.h"

#include "foundation/vz-fail.h"

#define STOP_TIMEOUT 120 /* seconds */
#define ASK_INTERVAL \
  5 /* seconds: a guest that is still booting loses the press of its power button */
#define LOOK_INTERVAL (G_USEC_PER_SEC / 5)

static gboolean
has_stopped (VzVirtualMachine *machine)
{
  VzVirtualMachineState state = vz_virtual_machine_get_state (machine);

  return state == VZ_VIRTUAL_MACHINE_STATE_STOPPED || state == VZ_VIRTUAL_MACHINE_STATE_ERROR;
}

gboolean
machine_action_wake (VzVirtualMachine *machine, gboolean *ret_woken, GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (vz_virtual_machine_check_awake (machine, cancellable, &cause))
    return TRUE;
  if (!vz_virtual_machine_resume (machine, cancellable, error))
    return FALSE;
  if (ret_woken != NULL)
    *ret_woken = TRUE;
  return TRUE;
}

static gboolean
ask_to_stop (VzVirtualMachine *machine, GCancellable *cancellable, GError **error)
{
  gint64 start = g_get_monotonic_time ();
  gint64 asked = start - ASK_INTERVAL * G_USEC_PER_SEC;

  if (!machine_action_wake (machine, NULL, cancellable, error))
    return FALSE;
  while (!has_stopped (machine))
    {
      gint64 now = g_get_monotonic_time ();

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (now - start > STOP_TIMEOUT * G_USEC_PER_SEC)
        return vz_fail (
          error, VZ_ERROR_TIMED_OUT,
          "the guest did not stop within %d seconds; it keeps running, and can be switched off",
          STOP_TIMEOUT);
      if (now - asked >= ASK_INTERVAL * G_USEC_PER_SEC)
        {
          g_autoptr (GError) cause = NULL;

          asked = now;
          if (!vz_virtual_machine_request_stop (machine, &cause) && !has_stopped (machine))
            {
              g_propagate_error (error, g_steal_pointer (&cause));
              return FALSE;
            }
        }
      g_usleep (LOOK_INTERVAL);
    }
  return TRUE;
}

static gboolean
save (MachineAction *self, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = vz_bundle_dup_save_file_path (self->bundle);

  return vz_virtual_machine_save_and_stop (self->machine, path, progress, cancellable, error);
}

gboolean
machine_action_run (const char *name, gpointer data, VzProgress *progress,
                    GCancellable *cancellable, GError **error)
{
  MachineAction *self = data;

  if (g_str_equal (name, "pause"))
    return vz_virtual_machine_pause (self->machine, cancellable, error);
  if (g_str_equal (name, "resume"))
    return vz_virtual_machine_resume (self->machine, cancellable, error);
  if (g_str_equal (name, "save"))
    return save (self, progress, cancellable, error);
  if (g_str_equal (name, "stop"))
    return ask_to_stop (self->machine, cancellable, error);
  if (g_str_equal (name, "switch-off"))
    return vz_virtual_machine_stop (self->machine, cancellable, error);
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' is not an operation on a machine", name);
}
