/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/display/clipboard.h"

#include "foundation/vz-fail.h"

static gboolean
has_port (VzVirtioConsolePortConfigurationArray *ports)
{
  for (guint i = 0; i < vz_virtio_console_port_configuration_array_get_length (ports); i++)
    {
      VzVirtioConsolePortConfiguration *port =
        vz_virtio_console_port_configuration_array_get_port (ports, i);
      VzSerialPortAttachment *attachment =
        port != NULL
          ? vz_console_port_configuration_get_attachment (VZ_CONSOLE_PORT_CONFIGURATION (port))
          : NULL;

      if (VZ_IS_SPICE_AGENT_PORT_ATTACHMENT (attachment))
        {
          vz_spice_agent_port_attachment_set_shares_clipboard (
            VZ_SPICE_AGENT_PORT_ATTACHMENT (attachment), TRUE);
          return TRUE;
        }
    }
  return FALSE;
}

static VzVirtioConsoleDeviceConfiguration *
new_console (void)
{
  VzVirtioConsoleDeviceConfiguration *console = vz_virtio_console_device_configuration_new ();
  g_autoptr (VzVirtioConsolePortConfiguration) port = vz_virtio_console_port_configuration_new ();
  g_autoptr (VzSpiceAgentPortAttachment) agent = vz_spice_agent_port_attachment_new ();

  vz_virtio_console_port_configuration_set_name (port, VZ_SPICE_AGENT_PORT_NAME);
  vz_console_port_configuration_set_attachment (VZ_CONSOLE_PORT_CONFIGURATION (port),
                                                VZ_SERIAL_PORT_ATTACHMENT (agent));
  vz_virtio_console_port_configuration_array_set_port (
    vz_virtio_console_device_configuration_get_ports (console), 0, port);
  return console;
}

gboolean
clipboard_share (VzVirtualMachineConfiguration *configuration, GError **error)
{
  GPtrArray *present = vz_virtual_machine_configuration_get_console_devices (configuration);
  g_autoptr (GPtrArray) consoles = g_ptr_array_new_with_free_func (g_object_unref);

  if (vz_virtual_machine_configuration_get_graphics_devices (configuration)->len == 0)
    return vz_fail (error, VZ_ERROR_NOT_FOUND,
                    "--clipboard: the machine has no display to share the clipboard with");
  for (guint i = 0; i < present->len; i++)
    {
      if (has_port (vz_virtio_console_device_configuration_get_ports (present->pdata[i])))
        return TRUE;
      g_ptr_array_add (consoles, g_object_ref (present->pdata[i]));
    }
  g_ptr_array_add (consoles, new_console ());
  vz_virtual_machine_configuration_set_console_devices (configuration, consoles);
  return TRUE;
}
