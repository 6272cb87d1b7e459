/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-virtual-machine-private.h"

/* What can be read from a machine without asking QEMU. */

static gboolean
can (VzVirtualMachine *self, VzOperation operation)
{
  return vz_operation_is_allowed (operation, vz_machine_core_get_state (self->core));
}

/**
 * vz_virtual_machine_get_state:
 * @self: a machine
 *
 * Returns: what the machine is doing
 */
VzVirtualMachineState
vz_virtual_machine_get_state (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), VZ_VIRTUAL_MACHINE_STATE_STOPPED);
  return vz_machine_core_get_state (self->core);
}

/**
 * vz_virtual_machine_get_main_context:
 * @self: a machine
 *
 * Gets the counterpart of the dispatch queue in Apple's framework. Unlike there, calls may come
 * from any thread. Apple: `queue`.
 *
 * Returns: (transfer none): the main context on which signals and notifications are emitted: the
 * default context of the thread that made the machine
 */
GMainContext *
vz_virtual_machine_get_main_context (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  return vz_machine_core_get_context (self->core);
}

/**
 * vz_virtual_machine_get_can_start:
 * @self: a machine
 *
 * Returns: whether it may be started now
 */
gboolean
vz_virtual_machine_get_can_start (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return can (self, VZ_OPERATION_START);
}

/**
 * vz_virtual_machine_get_can_stop:
 * @self: a machine
 *
 * Returns: whether it may be stopped now
 */
gboolean
vz_virtual_machine_get_can_stop (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return can (self, VZ_OPERATION_STOP);
}

/**
 * vz_virtual_machine_get_can_pause:
 * @self: a machine
 *
 * Returns: whether it may be paused now
 */
gboolean
vz_virtual_machine_get_can_pause (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return can (self, VZ_OPERATION_PAUSE);
}

/**
 * vz_virtual_machine_get_can_resume:
 * @self: a machine
 *
 * Returns: whether it may be resumed now
 */
gboolean
vz_virtual_machine_get_can_resume (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return can (self, VZ_OPERATION_RESUME);
}

/**
 * vz_virtual_machine_get_can_request_stop:
 * @self: a machine
 *
 * Returns: whether the guest may be asked to stop now
 */
gboolean
vz_virtual_machine_get_can_request_stop (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return can (self, VZ_OPERATION_REQUEST_STOP);
}

/* Sets what takes effect at the next start. */
static void
set_flag (VzVirtualMachine *self, gint *flag, gboolean value, const char *property)
{
  value = !!value;
  if (g_atomic_int_get (flag) == value)
    return;
  g_atomic_int_set (flag, value);
  g_object_notify (G_OBJECT (self), property);
}

/**
 * vz_virtual_machine_get_kill_on_exit:
 * @self: a machine
 *
 * Returns: whether the machine ends with the object and the process
 */
gboolean
vz_virtual_machine_get_kill_on_exit (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return g_atomic_int_get (&self->kill_on_exit);
}

/**
 * vz_virtual_machine_set_kill_on_exit:
 * @self: a machine
 * @kill_on_exit: whether the machine ends with the object and the process; %TRUE by default
 *
 * Set it before the machine is started.
 */
void
vz_virtual_machine_set_kill_on_exit (VzVirtualMachine *self, gboolean kill_on_exit)
{
  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE (self));
  set_flag (self, &self->kill_on_exit, kill_on_exit, "kill-on-exit");
}

/**
 * vz_virtual_machine_get_ephemeral: (get-property ephemeral)
 * @self: a machine
 *
 * Returns: whether what the guest writes is lost when the machine ends
 */
gboolean
vz_virtual_machine_get_ephemeral (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return g_atomic_int_get (&self->ephemeral);
}

/**
 * vz_virtual_machine_set_ephemeral: (set-property ephemeral)
 * @self: a machine
 * @ephemeral: whether what the guest writes is to be lost when the machine ends, starting with the
 * next run
 *
 * An ephemeral machine leaves its disks and its auxiliary storage as they are: what the guest
 * writes goes to files in `$TMPDIR`, or /var/tmp, which are gone when the machine ends, however it
 * ends. It cannot be saved, cloned or backed up, and starts afresh even if there is a saved state.
 * Not in Apple's framework.
 */
void
vz_virtual_machine_set_ephemeral (VzVirtualMachine *self, gboolean ephemeral)
{
  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE (self));
  set_flag (self, &self->ephemeral, ephemeral, "ephemeral");
}

/**
 * vz_virtual_machine_get_keeps_network_attachments: (get-property keeps-network-attachments)
 * @self: a machine
 *
 * Returns: whether network devices keep the attachments that they have at the start
 */
gboolean
vz_virtual_machine_get_keeps_network_attachments (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  return g_atomic_int_get (&self->keeps_network_attachments);
}

/**
 * vz_virtual_machine_set_keeps_network_attachments: (set-property keeps-network-attachments)
 * @self: a machine
 * @keeps_network_attachments: whether network devices are to keep the attachments that they have at
 * the next start
 *
 * Where this is set, vz_network_device_change_attachment() is not supported. Not in Apple's
 * framework.
 */
void
vz_virtual_machine_set_keeps_network_attachments (VzVirtualMachine *self,
                                                  gboolean keeps_network_attachments)
{
  g_return_if_fail (VZ_IS_VIRTUAL_MACHINE (self));
  set_flag (self, &self->keeps_network_attachments, keeps_network_attachments,
            "keeps-network-attachments");
}

/**
 * vz_virtual_machine_get_configuration:
 * @self: a machine
 *
 * Returns: (transfer none): the machine's own copy, which must not be changed
 */
VzVirtualMachineConfiguration *
vz_virtual_machine_get_configuration (VzVirtualMachine *self)
{
  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  return self->configuration;
}

/**
 * vz_virtual_machine_dup_emulation_reason:
 * @self: a machine
 *
 * Returns: (transfer full) (nullable): why the guest's code is emulated, in one sentence; %NULL
 * when it is not, or when this object did not start the machine
 */
char *
vz_virtual_machine_dup_emulation_reason (VzVirtualMachine *self)
{
  VzEngine *engine;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  engine = vz_machine_core_get_engine (self->core);
  return engine != NULL ? g_strdup (vz_engine_get_emulation_reason (engine)) : NULL;
}
