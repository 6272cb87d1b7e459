/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/arguments/vz-arguments.h"

#include "configuration/console/vz-console-port-configuration.h"
#include "configuration/console/vz-file-handle-serial-port-attachment.h"
#include "configuration/console/vz-file-serial-port-attachment.h"
#include "configuration/console/vz-serial-port-configuration.h"
#include "configuration/console/vz-socket-serial-port-attachment.h"
#include "configuration/console/vz-spice-agent-port-attachment.h"
#include "configuration/console/vz-uart-serial-port-configuration.h"
#include "configuration/console/vz-virtio-console-device-configuration.h"
#include "configuration/console/vz-virtio-console-port-configuration.h"
#include "foundation/config/vz-problems.h"
#include "foundation/vz-fail.h"
#include "qemu/vz-port-labels.h"

#define MAX_PORTS 31 /* of QEMU's virtio-serial */
/* The agent's port, and four for each command of vz_virtual_machine_execute(): 31 at a time. */
#define AGENT_BUS_PORTS 127

static void
add_socket_chardev (VzArguments *self, VzOption *chardev, const char *id, const char *path)
{
  if (path != NULL)
    vz_option_set (chardev, "path", path);
  else
    vz_option_set_format (chardev, "path", "%s/console.sock", self->runtime_dir);
  vz_option_set (chardev, "server", "on");
  vz_option_set (chardev, "wait", "off");
  /* The guest's output is kept even if no client is connected. The socket without a path is the
   * machine's console; others have a log named after them. */
  vz_option_set_format (chardev, "logfile", "%s/%s.log", self->state_dir,
                        path == NULL ? "console" : id);
  vz_option_set (chardev, "logappend", "off");
}

static gboolean
shares_clipboard (VzSerialPortAttachment *attachment)
{
  return VZ_IS_SPICE_AGENT_PORT_ATTACHMENT (attachment) &&
         vz_spice_agent_port_attachment_get_shares_clipboard (
           VZ_SPICE_AGENT_PORT_ATTACHMENT (attachment));
}

/* QEMU itself is the agent's peer; what it receives goes to the VNC clients. The tablet provides
 * the pointer. */
static void
add_spice_agent (VzOption *chardev, VzSerialPortAttachment *attachment)
{
  vz_option_set (chardev, "name", "vdagent");
  vz_option_set_bool (chardev, "clipboard", shares_clipboard (attachment));
  vz_option_set (chardev, "mouse", "off");
}

static gboolean
add_chardev (VzArguments *self, VzCommandLine *line, const char *id,
             VzSerialPortAttachment *attachment, GError **error)
{
  const char *head = "null";
  int fd = -1;
  VzOption *chardev;

  if (VZ_IS_FILE_HANDLE_SERIAL_PORT_ATTACHMENT (attachment))
    {
      fd = self->open_handles (attachment, self->user_data, error);
      if (fd < 0)
        return FALSE;
    }
  if (VZ_IS_SOCKET_SERIAL_PORT_ATTACHMENT (attachment) || fd >= 0)
    head = "socket";
  else if (VZ_IS_FILE_SERIAL_PORT_ATTACHMENT (attachment))
    head = "file";
  else if (VZ_IS_SPICE_AGENT_PORT_ATTACHMENT (attachment))
    head = "qemu-vdagent";
  else if (attachment != NULL)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "QEMU does not support a %s",
                    vz_problems_kind_of (attachment));
  chardev = vz_command_line_add (line, "-chardev", head);
  vz_option_set (chardev, "id", id);
  if (fd >= 0)
    vz_option_set_format (chardev, "fd", "%d", fd);
  else if (VZ_IS_SOCKET_SERIAL_PORT_ATTACHMENT (attachment))
    add_socket_chardev (
      self, chardev, id,
      vz_socket_serial_port_attachment_get_path (VZ_SOCKET_SERIAL_PORT_ATTACHMENT (attachment)));
  else if (VZ_IS_SPICE_AGENT_PORT_ATTACHMENT (attachment))
    add_spice_agent (chardev, attachment);
  else if (attachment != NULL)
    {
      VzFileSerialPortAttachment *file = VZ_FILE_SERIAL_PORT_ATTACHMENT (attachment);

      vz_option_set (chardev, "path", vz_file_serial_port_attachment_get_path (file));
      vz_option_set_bool (chardev, "append", vz_file_serial_port_attachment_get_append (file));
    }
  return TRUE;
}

static gboolean
add_controller (VzArguments *self, VzCommandLine *line, const char *id, guint max_ports,
                guint first_slot, GError **error)
{
  VzOption *controller = vz_command_line_add (line, "-device", "virtio-serial-pci");

  vz_option_set (controller, "id", id);
  vz_option_set_format (controller, "max_ports", "%u", max_ports);
  /* Each port has two queues, and KVM has room for a total of a thousand of these descriptors. */
  if (max_ports > MAX_PORTS)
    vz_option_set (controller, "ioeventfd", "off");
  return vz_arguments_place (self, controller, first_slot, error);
}

static gboolean
add_serial_port (VzArguments *self, VzCommandLine *line, guint index,
                 VzSerialPortConfiguration *port, GError **error)
{
  g_autofree char *id = g_strdup_printf ("serial%u", index);
  g_autofree char *controller = g_strdup_printf ("serial-bus%u", index);
  VzOption *device;

  if (!add_chardev (self, line, id, vz_serial_port_configuration_get_attachment (port), error))
    return FALSE;
  if (VZ_IS_UART_SERIAL_PORT_CONFIGURATION (port))
    {
      g_autofree char *value = g_strconcat ("chardev:", id, NULL);

      vz_command_line_add_plain (line, "-serial", value);
      return TRUE;
    }
  if (!add_controller (self, line, controller, 1, VZ_SLOT_CONSOLE, error))
    return FALSE;
  device = vz_command_line_add (line, "-device", "virtconsole");
  vz_option_set_format (device, "bus", "%s.0", controller);
  vz_option_set (device, "chardev", id);
  return TRUE;
}

char *
vz_arguments_dup_console_port_id (guint device, guint number)
{
  return g_strdup_printf ("console%u-port%u", device, number);
}

static gboolean
add_console_port (VzArguments *self, VzCommandLine *line, guint index, guint number,
                  VzVirtioConsolePortConfiguration *port, GError **error)
{
  const char *name = vz_virtio_console_port_configuration_get_name (port);
  gboolean is_console = vz_virtio_console_port_configuration_get_is_console (port);
  VzSerialPortAttachment *attachment =
    vz_console_port_configuration_get_attachment (VZ_CONSOLE_PORT_CONFIGURATION (port));
  g_autofree char *port_id = vz_arguments_dup_console_port_id (index, number);
  const char *id = shares_clipboard (attachment) ? VZ_CLIPBOARD_PORT : port_id;
  VzOption *device;

  if (!add_chardev (self, line, id, attachment, error))
    return FALSE;
  device = vz_command_line_add (line, "-device", is_console ? "virtconsole" : "virtserialport");
  vz_option_set (device, "id", port_id); /* without one, QEMU does not report who opens it */
  vz_option_set_format (device, "bus", "console%u.0", index);
  /* Port 0 is reserved for a console: old drivers take it for one whatever it is. */
  vz_option_set_format (device, "nr", "%u", is_console && number == 0 ? 0 : number + 1);
  vz_option_set (device, "chardev", id);
  if (name != NULL)
    vz_option_set (device, "name", name);
  return TRUE;
}

static gboolean
add_console_device (VzArguments *self, VzCommandLine *line, guint index,
                    VzVirtioConsoleDeviceConfiguration *console, GError **error)
{
  VzVirtioConsolePortConfigurationArray *ports =
    vz_virtio_console_device_configuration_get_ports (console);
  guint maximum = vz_virtio_console_port_configuration_array_get_maximum_port_count (ports);
  guint length = vz_virtio_console_port_configuration_array_get_length (ports);
  g_autofree char *id = g_strdup_printf ("console%u", index);

  if (!add_controller (self, line, id, MIN (MAX (maximum, length) + 1, MAX_PORTS), VZ_SLOT_CONSOLE,
                       error))
    return FALSE;
  for (guint i = 0; i < length; i++)
    {
      VzVirtioConsolePortConfiguration *port =
        vz_virtio_console_port_configuration_array_get_port (ports, i);

      if (port != NULL && !add_console_port (self, line, index, i, port, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_guest_agent (VzArguments *self, VzCommandLine *line, GError **error)
{
  VzOption *option = vz_command_line_add (line, "-chardev", "socket");

  vz_option_set (option, "id", VZ_AGENT_PORT);
  vz_option_set_format (option, "path", "%s/agent.sock", self->runtime_dir);
  vz_option_set (option, "server", "on");
  vz_option_set (option, "wait", "off");
  /* Room for the ports of commands with streamed input and output. */
  if (!add_controller (self, line, "agent-bus", AGENT_BUS_PORTS, VZ_SLOT_AGENT, error))
    return FALSE;
  option = vz_command_line_add (line, "-device", "virtserialport");
  vz_option_set (option, "bus", "agent-bus.0");
  vz_option_set (option, "chardev", VZ_AGENT_PORT);
  vz_option_set (option, "name", "org.qemu.guest_agent.0");
  return TRUE;
}

gboolean
vz_arguments_add_serial (VzArguments *self, VzCommandLine *line, GError **error)
{
  GPtrArray *ports = vz_virtual_machine_configuration_get_serial_ports (self->configuration);
  GPtrArray *consoles = vz_virtual_machine_configuration_get_console_devices (self->configuration);

  if (!add_guest_agent (self, line, error))
    return FALSE;
  for (guint i = 0; i < ports->len; i++)
    if (!add_serial_port (self, line, i, ports->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < consoles->len; i++)
    if (!add_console_device (self, line, i, consoles->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* Even without a port in the configuration, the guest's output goes to the log. */
gboolean
vz_arguments_add_serial_line (VzArguments *self, VzCommandLine *line, GError **error)
{
  GPtrArray *ports = vz_virtual_machine_configuration_get_serial_ports (self->configuration);
  VzOption *chardev;

  if (ports->len > 0 &&
      !add_chardev (self, line, "serial0",
                    vz_serial_port_configuration_get_attachment (ports->pdata[0]), error))
    return FALSE;
  if (ports->len == 0)
    {
      chardev = vz_command_line_add (line, "-chardev", "file");
      vz_option_set (chardev, "id", "serial0");
      vz_option_set_format (chardev, "path", "%s/console.log", self->state_dir);
    }
  vz_command_line_add_plain (line, "-serial", "chardev:serial0");
  return TRUE;
}
