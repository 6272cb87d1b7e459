/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-virtual-machine-private.h"

#include "foundation/vz-async.h"

/**
 * vz_virtual_machine_start_with_options:
 * @self: a machine in state stopped or error
 * @options: (nullable): the options; %NULL: as vz_virtual_machine_start()
 * @cancellable: (nullable): cancels the start
 * @error: return location for an error, or %NULL
 *
 * Starts the machine with options that apply to this run only. Apple: `startWithOptions`.
 *
 * Returns: whether it is running; otherwise @error is as for vz_virtual_machine_start(), code 2
 * (configuration) when an option is not possible on this host
 */
gboolean
vz_virtual_machine_start_with_options (VzVirtualMachine *self,
                                       VzVirtualMachineStartOptions *options,
                                       GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  g_return_val_if_fail (options == NULL || VZ_IS_VIRTUAL_MACHINE_START_OPTIONS (options), FALSE);
  return vz_operation_check (VZ_OPERATION_START, vz_machine_core_get_state (self->core), error) &&
         (options == NULL || vz_config_validate (VZ_CONFIG (options), error)) &&
         vz_virtual_machine_start (self, cancellable, error);
}

static gpointer
start (gpointer source, gpointer data, GCancellable *cancellable, GError **error)
{
  return vz_virtual_machine_start_with_options (source, data, cancellable, error) ? VZ_ASYNC_DONE
                                                                                  : NULL;
}

/**
 * vz_virtual_machine_start_with_options_async:
 * @self: a machine in state stopped or error
 * @options: (nullable): the options, which are copied
 * @cancellable: (nullable): cancels the start
 * @callback: (scope async): called when it is running or has failed
 * @user_data: for @callback
 *
 * vz_virtual_machine_start_with_options() without blocking.
 */
void
vz_virtual_machine_start_with_options_async (VzVirtualMachine *self,
                                             VzVirtualMachineStartOptions *options,
                                             GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data)
{
  VzAsync async = { .call = start,
                    .tag = vz_virtual_machine_start_with_options_async,
                    .free_data = g_object_unref };

  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE (self));
  if (options != NULL)
    async.data = vz_config_copy (VZ_CONFIG (options));
  else
    async.free_data = NULL;
  vz_async_start (&async, self, cancellable, callback, user_data);
}

/**
 * vz_virtual_machine_start_with_options_finish:
 * @self: a machine
 * @result: what the callback was given
 * @error: return location for an error, or %NULL
 *
 * Returns: as vz_virtual_machine_start_with_options()
 */
gboolean
vz_virtual_machine_start_with_options_finish (VzVirtualMachine *self, GAsyncResult *result,
                                              GError **error)
{
  return vz_async_finish (result, self, vz_virtual_machine_start_with_options_async, error) != NULL;
}
