/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-virtual-machine.h"

/* The blocking calls, in a thread of GTask's pool. QEMU still has its own thread, so it does not
 * die with one of the pool's. */

typedef gboolean (*Operation) (VzVirtualMachine *self, GCancellable *cancellable, GError **error);

static void
run (GTask *task, gpointer self, gpointer data, GCancellable *cancellable)
{
  Operation operation = (Operation) data;
  GError *error = NULL;

  if (operation (self, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
run_async (VzVirtualMachine *self, Operation operation, gpointer tag, GCancellable *cancellable,
           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  /* What was done is done: the outcome counts, not a cancellation that came later. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, (gpointer) operation, NULL);
  g_task_run_in_thread (task, run);
}

/**
 * vz_virtual_machine_start_async:
 * @self: a machine in state stopped or error
 * @cancellable: (nullable): cancels the start
 * @callback: (scope async): called when it is running or has failed
 * @user_data: for @callback
 *
 * vz_virtual_machine_start() without blocking.
 */
void
vz_virtual_machine_start_async (VzVirtualMachine *self, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE (self));
  run_async (self, vz_virtual_machine_start, vz_virtual_machine_start_async, cancellable, callback,
             user_data);
}

/**
 * vz_virtual_machine_start_finish:
 * @self: a machine
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: as vz_virtual_machine_start()
 */
gboolean
vz_virtual_machine_start_finish (VzVirtualMachine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * vz_virtual_machine_stop_async:
 * @self: a machine that is running or paused
 * @cancellable: (nullable): stops the wait
 * @callback: (scope async): called when it is stopped
 * @user_data: for @callback
 *
 * vz_virtual_machine_stop() without blocking.
 */
void
vz_virtual_machine_stop_async (VzVirtualMachine *self, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE (self));
  run_async (self, vz_virtual_machine_stop, vz_virtual_machine_stop_async, cancellable, callback,
             user_data);
}

/**
 * vz_virtual_machine_stop_finish:
 * @self: a machine
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: as vz_virtual_machine_stop()
 */
gboolean
vz_virtual_machine_stop_finish (VzVirtualMachine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * vz_virtual_machine_pause_async:
 * @self: a running machine
 * @cancellable: (nullable): stops the wait
 * @callback: (scope async): called when it is paused
 * @user_data: for @callback
 *
 * vz_virtual_machine_pause() without blocking.
 */
void
vz_virtual_machine_pause_async (VzVirtualMachine *self, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE (self));
  run_async (self, vz_virtual_machine_pause, vz_virtual_machine_pause_async, cancellable, callback,
             user_data);
}

/**
 * vz_virtual_machine_pause_finish:
 * @self: a machine
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: as vz_virtual_machine_pause()
 */
gboolean
vz_virtual_machine_pause_finish (VzVirtualMachine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * vz_virtual_machine_resume_async:
 * @self: a paused machine
 * @cancellable: (nullable): stops the wait
 * @callback: (scope async): called when it is running again
 * @user_data: for @callback
 *
 * vz_virtual_machine_resume() without blocking.
 */
void
vz_virtual_machine_resume_async (VzVirtualMachine *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE (self));
  run_async (self, vz_virtual_machine_resume, vz_virtual_machine_resume_async, cancellable,
             callback, user_data);
}

/**
 * vz_virtual_machine_resume_finish:
 * @self: a machine
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: as vz_virtual_machine_resume()
 */
gboolean
vz_virtual_machine_resume_finish (VzVirtualMachine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
