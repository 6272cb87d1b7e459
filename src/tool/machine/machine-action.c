/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/machine-action.h"

#include "foundation/vz-deadline.h"
#include "foundation/vz-fail.h"

#define STOP_TIMEOUT 120 /* seconds */
#define ASK_INTERVAL_MS 5000

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

gboolean
machine_action_ask_to_stop (VzVirtualMachine *machine, gint64 deadline, GCancellable *cancellable,
                            GError **error)
{
  gint64 ask_at = 0; /* immediately */

  while (!vz_virtual_machine_has_ended (machine))
    {
      VzVirtualMachineState state = vz_virtual_machine_get_state (machine);
      g_autoptr (GError) cause = NULL;

      if (vz_virtual_machine_get_can_resume (machine) &&
          !vz_virtual_machine_check_awake (machine, cancellable, error))
        return FALSE;
      if (vz_deadline_is_past (ask_at))
        {
          /* Asking again fails if it is just about to end, which is fine. */
          if (!vz_virtual_machine_request_stop (machine, &cause) && ask_at == 0 &&
              !vz_virtual_machine_has_ended (machine))
            {
              g_propagate_error (error, g_steal_pointer (&cause));
              return FALSE;
            }
          ask_at = vz_deadline_after (ASK_INTERVAL_MS);
        }
      if (vz_deadline_is_past (deadline))
        return TRUE;
      if (!vz_virtual_machine_wait_state_change (machine, state,
                                                 vz_deadline_remaining_ms (MIN (ask_at, deadline)),
                                                 cancellable, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
ask_to_stop (VzVirtualMachine *machine, GCancellable *cancellable, GError **error)
{
  if (!machine_action_wake (machine, NULL, cancellable, error) ||
      !machine_action_ask_to_stop (machine, vz_deadline_after (STOP_TIMEOUT * 1000), cancellable,
                                   error))
    return FALSE;
  return vz_virtual_machine_has_ended (machine) ||
         vz_fail (
           error, VZ_ERROR_TIMED_OUT,
           "the guest did not stop within %d seconds; it keeps running and can be switched off",
           STOP_TIMEOUT);
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
  if (g_str_equal (name, "save") && self->is_unfinished)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                    "a machine cannot be saved during an installation; it can be paused");
  if (g_str_equal (name, "save"))
    return save (self, progress, cancellable, error);
  if (g_str_equal (name, "stop"))
    return ask_to_stop (self->machine, cancellable, error);
  if (g_str_equal (name, "switch-off"))
    return vz_virtual_machine_stop (self->machine, cancellable, error);
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "'%s' is not a machine operation", name);
}
