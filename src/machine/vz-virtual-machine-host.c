/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/vz-network-device.h"
#include "machine/vz-virtual-machine-private.h"

#include "configuration/network/vz-nat-network-device-attachment.h"
#include "configuration/network/vz-published-port.h"
#include "configuration/network/vz-virtio-network-device-configuration.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"

/* The host's view of a machine: its screen, ports and logs. */

/**
 * vz_virtual_machine_screenshot:
 * @self: a machine that is running or paused
 * @path: (type filename): the file to write, which is replaced if it exists
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Saves what the first display shows as a PNG file.
 *
 * Returns: whether it was written; otherwise @error is code 3 (state), %VZ_ERROR_NOT_FOUND (the
 *   machine has no display) or %VZ_ERROR_INTERNAL with QEMU's reason
 */
gboolean
vz_virtual_machine_screenshot (VzVirtualMachine *self, const char *path, GCancellable *cancellable,
                               GError **error)
{
  g_autofree char *absolute = NULL;
  VzEngine *engine;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self) && path != NULL, FALSE);
  engine = vz_virtual_machine_get_running_engine (self, error);
  if (engine == NULL)
    return FALSE;
  if (vz_virtual_machine_configuration_get_graphics_devices (
        vz_virtual_machine_get_configuration (self))
        ->len == 0)
    return vz_fail (error, VZ_ERROR_NOT_FOUND, "the machine has no display");
  absolute = g_canonicalize_filename (path, NULL); /* QEMU has a different working directory */
  return vz_engine_call (engine, "screendump",
                         vz_json_new_strings ("filename", absolute, "format", "png", "device",
                                              "display0", NULL),
                         cancellable, NULL, error);
}

static VzPublishedPort *
find_port (GPtrArray *ports, gboolean is_udp, guint guest_port, guint host_port)
{
  for (guint i = 0; i < ports->len; i++)
    {
      VzPublishedPort *port = g_ptr_array_index (ports, i);
      guint asked = vz_published_port_get_host_port (port);

      if ((vz_published_port_get_protocol (port) == VZ_PUBLISHED_PORT_PROTOCOL_UDP) == is_udp &&
          vz_published_port_get_guest_port (port) == guest_port &&
          (asked == 0 || asked == host_port))
        return port;
    }
  return NULL;
}

/* Fills in host ports of 0 from QEMU's table, whose lines read
 *   TCP[HOST_FORWARD]  12       127.0.0.1 40123       10.0.2.15    22     0     0 */
static void
resolve_ports (GPtrArray *ports, const char *table)
{
  g_autoptr (GRegex) pattern = g_regex_new (
    "^\\s*(TCP|UDP)\\[HOST_FORWARD\\]\\s+\\d+\\s+(\\S+)\\s+(\\d+)\\s+(\\S+)\\s+(\\d+)\\s",
    G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (pattern, table, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *protocol = g_match_info_fetch (match, 1);
      g_autofree char *host = g_match_info_fetch (match, 3);
      g_autofree char *guest = g_match_info_fetch (match, 5);
      guint host_port = (guint) g_ascii_strtoull (host, NULL, 10);
      VzPublishedPort *port = find_port (ports, g_str_equal (protocol, "UDP"),
                                         (guint) g_ascii_strtoull (guest, NULL, 10), host_port);

      if (port != NULL)
        vz_published_port_set_host_port (port, host_port);
    }
}

static GPtrArray *
copy_ports (VzVirtualMachine *self)
{
  GPtrArray *devices = vz_virtual_machine_get_network_devices (self);
  GPtrArray *copies = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < devices->len; i++)
    {
      g_autoptr (VzNetworkDeviceAttachment)
        attachment = vz_network_device_dup_attachment (devices->pdata[i]);
      GPtrArray *ports;

      if (!VZ_IS_NAT_NETWORK_DEVICE_ATTACHMENT (attachment))
        continue;
      ports = vz_nat_network_device_attachment_get_published_ports (
        VZ_NAT_NETWORK_DEVICE_ATTACHMENT (attachment));
      for (guint p = 0; p < ports->len; p++)
        g_ptr_array_add (copies, vz_config_copy (ports->pdata[p]));
    }
  return copies;
}

/**
 * vz_virtual_machine_dup_published_ports:
 * @self: a machine that is running or paused
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Lists the guest's ports that can be reached on this host, with the host ports that were assigned
 * where the configuration left the choice open (0).
 *
 * Returns: (transfer container) (element-type VzPublishedPort) (nullable): the ports, or %NULL with
 *   code 3 (state) or %VZ_ERROR_INTERNAL
 */
GPtrArray *
vz_virtual_machine_dup_published_ports (VzVirtualMachine *self, GCancellable *cancellable,
                                        GError **error)
{
  g_autoptr (GPtrArray) ports = NULL;
  g_autofree char *answer = NULL;
  VzEngine *engine;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  engine = vz_virtual_machine_get_running_engine (self, error);
  if (engine == NULL)
    return NULL;
  ports = copy_ports (self);
  if (ports->len == 0)
    return g_steal_pointer (&ports);
  answer = vz_engine_ask_human_monitor (engine, "info usernet", cancellable, error);
  if (answer == NULL)
    return NULL;
  resolve_ports (ports, answer);
  return g_steal_pointer (&ports);
}

/**
 * vz_virtual_machine_find_published_port:
 * @self: a machine that is running or paused
 * @guest_port: a TCP port of the guest
 * @cancellable: (nullable): stops the wait
 * @error: return location for an error, or %NULL
 *
 * Returns: the port of this host on which @guest_port can be reached, or 0 with
 *   %VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION when it is not published, or as
 *   vz_virtual_machine_dup_published_ports()
 *
 * Since: 0.1
 */
guint
vz_virtual_machine_find_published_port (VzVirtualMachine *self, guint guest_port,
                                        GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) ports = vz_virtual_machine_dup_published_ports (self, cancellable, error);

  for (guint i = 0; ports != NULL && i < ports->len; i++)
    {
      VzPublishedPort *port = ports->pdata[i];

      if (vz_published_port_get_protocol (port) == VZ_PUBLISHED_PORT_PROTOCOL_TCP &&
          vz_published_port_get_guest_port (port) == guest_port)
        return vz_published_port_get_host_port (port);
    }
  if (ports != NULL)
    vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
             "the guest's port %u is not published", guest_port);
  return 0;
}

/**
 * vz_virtual_machine_dup_log_path:
 * @self: a machine
 *
 * Returns: (transfer full) (type filename) (nullable): QEMU's log of the last run; `console.log`
 *   beside it holds what the guest wrote to its console
 */
char *
vz_virtual_machine_dup_log_path (VzVirtualMachine *self)
{
  g_autofree char *directory = NULL;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  directory = vz_virtual_machine_dup_state_dir (self);
  return directory != NULL ? g_build_filename (directory, "qemu.log", NULL) : NULL;
}

/**
 * vz_virtual_machine_dup_console_log_path:
 * @self: a machine
 *
 * Returns: (transfer full) (type filename) (nullable): the file that holds what this machine's
 *   guests have written to the default machine's serial port; it need not exist
 *
 * Since: 0.1
 */
char *
vz_virtual_machine_dup_console_log_path (VzVirtualMachine *self)
{
  g_autofree char *directory = NULL;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  directory = vz_virtual_machine_dup_state_dir (self);
  return directory != NULL ? g_build_filename (directory, "console.log", NULL) : NULL;
}

/**
 * vz_virtual_machine_dup_console_socket_path:
 * @self: a machine
 *
 * Returns: (transfer full) (type filename) (nullable): the socket of the serial port whose
 *   #VzSocketSerialPortAttachment names none, present while the machine runs
 */
char *
vz_virtual_machine_dup_console_socket_path (VzVirtualMachine *self)
{
  g_autofree char *directory = NULL;

  g_return_val_if_fail (VZ_IS_VIRTUAL_MACHINE (self), NULL);
  directory = vz_virtual_machine_dup_runtime_dir (self, NULL);
  return directory != NULL ? g_build_filename (directory, "console.sock", NULL) : NULL;
}
