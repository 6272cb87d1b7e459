/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/screen/vz-virtual-machine-keys.h"

#include "configuration/console/vz-socket-serial-port-attachment.h"
#include "configuration/console/vz-uart-serial-port-configuration.h"
#include "configuration/vz-configuration-rules.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "machine/screen/vz-keys.h"
#include "machine/vz-virtual-machine-private.h"

/* QEMU presses and releases the keys of a press at intervals in the guest's time, and has room for
 * a few hundred of these steps; the rest would be lost. So each press is completed before the
 * next. */
#define HOLD_MS 20

static gboolean
wait_for_press (guint n_keys, GCancellable *cancellable, GError **error)
{
  GPollFD fd;
  gboolean has_fd = g_cancellable_make_pollfd (cancellable, &fd);

  g_poll (&fd, has_fd ? 1 : 0, (gint) (2 * n_keys * HOLD_MS));
  if (has_fd)
    g_cancellable_release_fd (cancellable);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/* A PC has a keyboard even if the configuration has none. */
static gboolean
has_keyboard (VzVirtualMachineConfiguration *configuration)
{
  return vz_virtual_machine_configuration_get_keyboards (configuration)->len > 0 ||
         g_str_equal (vz_virtual_machine_configuration_get_architecture (configuration), "x86_64");
}

static gboolean
press_all (VzVirtualMachine *self, GPtrArray *presses, GCancellable *cancellable, GError **error)
{
  if (!vz_virtual_machine_check_awake (self, cancellable, error) ||
      !vz_operation_check (VZ_OPERATION_SEND_KEYS, vz_machine_core_get_state (self->core), error))
    return FALSE;
  if (!has_keyboard (self->configuration))
    return vz_fail (error, VZ_ERROR_NOT_FOUND, "the machine has no keyboard");
  for (guint i = 0; i < presses->len; i++)
    {
      JsonArray *keys = presses->pdata[i];
      JsonObject *arguments = vz_json_new ("keys", vz_json_array (json_array_ref (keys)),
                                           "hold-time", vz_json_int (HOLD_MS), NULL);

      if (!vz_engine_call (vz_machine_core_get_engine (self->core), "send-key", arguments,
                           cancellable, NULL, error) ||
          !wait_for_press (json_array_get_length (keys), cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * vz_virtual_machine_press_keys:
 * @self: a running machine
 * @keys: the names of keys; keys joined by `-` are pressed together, and a space separates one
 * press from the next: `Ctrl-Alt-F2 Enter`. Case does not matter.
 * @cancellable: (nullable): cancels between two presses
 * @error: return location for an error, or %NULL
 *
 * Presses keys of the machine's keyboard. A name is a character of a US keyboard, or `Ctrl`, `Alt`,
 * `AltGr`, `Shift`, `Super`, `Enter`, `Esc`, `Tab`, `Space`, `Backspace`, `Delete`, `Insert`,
 * `Home`, `End`, `PageUp`, `PageDown`, `Up`, `Down`, `Left`, `Right`, `F1` to `F12`, `CapsLock`,
 * `NumLock`, `ScrollLock`, `Print`, `SysRq`, `Pause`, `Menu` or `Minus`. Not in Apple's framework.
 *
 * Returns: whether all keys were pressed; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT (an
 * unknown name; no key was pressed), code 3 (state), %VZ_ERROR_NOT_FOUND (no keyboard),
 * %VZ_ERROR_INTERNAL or %G_IO_ERROR_CANCELLED
 */
gboolean
vz_virtual_machine_press_keys (VzVirtualMachine *self, const char *keys, GCancellable *cancellable,
                               GError **error)
{
  g_autoptr (GPtrArray) presses = NULL;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && keys != NULL, FALSE);
  presses = vz_keys_parse (keys, error);
  return presses != NULL && press_all (self, presses, cancellable, error);
}

/**
 * vz_virtual_machine_type_text:
 * @self: a running machine
 * @text: the text to type; a newline is Enter
 * @cancellable: (nullable): cancels between two characters
 * @error: return location for an error, or %NULL
 *
 * Types a text as on a US keyboard, at about twenty characters a second. A guest that is set to
 * another keyboard layout reads other characters. Not in Apple's framework.
 *
 * Returns: whether all of it was typed; otherwise @error is as for vz_virtual_machine_press_keys(),
 *   or %VZ_ERROR_INVALID_ARGUMENT when a character is not on the keyboard, in which case nothing
 *   was typed
 */
gboolean
vz_virtual_machine_type_text (VzVirtualMachine *self, const char *text, GCancellable *cancellable,
                              GError **error)
{
  g_autoptr (GPtrArray) presses = NULL;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && text != NULL, FALSE);
  presses = vz_keys_for_text (text, error);
  return presses != NULL && press_all (self, presses, cancellable, error);
}

/**
 * vz_virtual_machine_send_break:
 * @self: a running machine
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Sends a break on the serial port that serves as the machine's console, see
 * vz_virtual_machine_dup_console_socket_path(). Linux takes the next key as a command to its kernel
 * (SysRq). Not in Apple's framework.
 *
 * Returns: whether it was sent; otherwise @error is code 3 (state), %VZ_ERROR_NOT_FOUND (no such
 * console), %VZ_ERROR_NOT_SUPPORTED (a virtio console, which has no break) or %VZ_ERROR_INTERNAL
 */
gboolean
vz_virtual_machine_send_break (VzVirtualMachine *self, GCancellable *cancellable, GError **error)
{
  GPtrArray *ports;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), FALSE);
  if (!vz_operation_check (VZ_OPERATION_SEND_KEYS, vz_machine_core_get_state (self->core), error))
    return FALSE;
  ports = vz_virtual_machine_configuration_get_serial_ports (self->configuration);
  for (guint i = 0; i < ports->len; i++)
    {
      VzSerialPortAttachment *attachment =
        vz_serial_port_configuration_get_attachment (ports->pdata[i]);
      g_autofree char *id = g_strdup_printf ("serial%u", i);

      if (!VZ_IS_SOCKET_SERIAL_PORT_ATTACHMENT (attachment) ||
          vz_socket_serial_port_attachment_get_path (
            VZ_SOCKET_SERIAL_PORT_ATTACHMENT (attachment)) != NULL)
        continue;
      if (!VZ_IS_UART_SERIAL_PORT_CONFIGURATION (ports->pdata[i]))
        return vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                        "the console is a virtio console, which has no break");
      return vz_engine_call (vz_machine_core_get_engine (self->core), "chardev-send-break",
                             vz_json_new_strings ("id", id, NULL), cancellable, NULL, error);
    }
  return vz_fail (error, VZ_ERROR_NOT_FOUND, "the machine has no serial console");
}
