/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-engine-network.h"

#include "configuration/network/vz-bridged-network-device-attachment.h"
#include "configuration/network/vz-file-handle-network-device-attachment.h"
#include "configuration/network/vz-nat-network-device-attachment.h"
#include "configuration/network/vz-vmnet-network-device-attachment.h"
#include "foundation/config/vz-problems.h"
#include "foundation/file/vz-file.h"
#include "foundation/host/vz-network-interface.h"
#include "foundation/vz-fail.h"
#include "foundation/vz-json.h"
#include "qemu/arguments/vz-arguments.h"
#include "qemu/engine/vz-engine-private.h"
#include "qemu/vz-bridge-helper.h"
#include "qemu/vz-macvtap.h"

#include <fcntl.h>
#include <string.h>

/* How this works
 *
 * QEMU permanently ties a network device to the backend that it was started with. So each device is
 * connected to its own hub, which stays; only the hub's other connection changes. All names are
 * derived from the device's, so that every program finds them. */

#define DESCRIPTOR "vz-network"

static int
open_interface (VzBridgedNetworkInterface *interface, GError **error)
{
  const char *name = vz_bridged_network_interface_get_identifier (interface);

  return vz_network_interface_get_kind (name) == VZ_NETWORK_INTERFACE_MACVTAP
           ? vz_macvtap_open (name, error)
           : vz_bridge_helper_open (name, error);
}

int
vz_engine_open_network (VzNetworkDeviceAttachment *attachment, gboolean *ret_needed, GError **error)
{
  int fd;

  *ret_needed = TRUE;
  if (VZ_IS_BRIDGED_NETWORK_DEVICE_ATTACHMENT (attachment))
    return open_interface (vz_bridged_network_device_attachment_get_interface (
                             VZ_BRIDGED_NETWORK_DEVICE_ATTACHMENT (attachment)),
                           error);
  *ret_needed = VZ_IS_FILE_HANDLE_NETWORK_DEVICE_ATTACHMENT (attachment);
  if (!*ret_needed)
    return -1;
  fd = fcntl (vz_file_handle_get_fd (vz_file_handle_network_device_attachment_get_file_handle (
                VZ_FILE_HANDLE_NETWORK_DEVICE_ATTACHMENT (attachment))),
              F_DUPFD_CLOEXEC, 3);
  if (fd < 0)
    vz_fail_errno (error, "cannot copy the file handle of a network device");
  return fd;
}

static JsonNode *
list_ports (VzNATNetworkDeviceAttachment *nat)
{
  GPtrArray *ports = vz_nat_network_device_attachment_get_published_ports (nat);
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < ports->len; i++)
    {
      g_autofree char *forward = vz_arguments_dup_forward (ports->pdata[i]);

      json_array_add_object_element (list, vz_json_new_strings ("str", forward, NULL));
    }
  return vz_json_array (list);
}

/* The equivalent of vz_arguments_add_network() on the command line. */
static JsonObject *
describe (VzNetworkDeviceAttachment *attachment, const char *name)
{
  g_autofree char *group = NULL;

  if (VZ_IS_NAT_NETWORK_DEVICE_ATTACHMENT (attachment))
    return vz_json_new ("type", vz_json_string ("user"), "id", vz_json_string (name), "hostfwd",
                        list_ports (VZ_NAT_NETWORK_DEVICE_ATTACHMENT (attachment)), NULL);
  if (VZ_IS_BRIDGED_NETWORK_DEVICE_ATTACHMENT (attachment))
    return vz_json_new_strings ("type", "tap", "id", name, "fd", DESCRIPTOR, NULL);
  if (VZ_IS_FILE_HANDLE_NETWORK_DEVICE_ATTACHMENT (attachment))
    {
      JsonObject *object = vz_json_new_strings ("type", "dgram", "id", name, NULL);

      json_object_set_object_member (object, "local",
                                     vz_json_new_strings ("type", "fd", "str", DESCRIPTOR, NULL));
      return object;
    }
  group = vz_arguments_dup_private_network (vz_vmnet_network_device_attachment_get_network (
    VZ_VMNET_NETWORK_DEVICE_ATTACHMENT (attachment)));
  return vz_json_new_strings ("type", "socket", "id", name, "mcast", group, "localaddr",
                              VZ_PRIVATE_NETWORK_ADDRESS, NULL);
}

static gboolean
call (VzEngine *self, const char *command, JsonObject *arguments, GCancellable *cancellable,
      GError **error)
{
  return vz_engine_call (self, command, arguments, cancellable, NULL, error);
}

static gboolean
set_link (VzEngine *self, const char *device, gboolean up, GCancellable *cancellable,
          GError **error)
{
  return call (self, "set_link",
               vz_json_new ("name", vz_json_string (device), "up", vz_json_bool (up), NULL),
               cancellable, error);
}

/* What does not exist need not be removed: another program may have done so. */
static void
disconnect (VzEngine *self, const char *port, const char *backend)
{
  call (self, "netdev_del", vz_json_new_strings ("id", port, NULL), NULL, NULL);
  call (self, "netdev_del", vz_json_new_strings ("id", backend, NULL), NULL, NULL);
}

/* In one session: QEMU forgets a descriptor when the client that sent it leaves. */
static gboolean
add_backend (VzEngine *self, VzNetworkDeviceAttachment *attachment, const char *backend, int fd,
             GCancellable *cancellable, GError **error)
{
  gboolean ok;

  if (!vz_engine_begin_session (self, cancellable, error))
    return FALSE;
  ok = (fd < 0 ||
        vz_engine_call_with_fd (self, "getfd", vz_json_new_strings ("fdname", DESCRIPTOR, NULL), fd,
                                cancellable, error)) &&
       call (self, "netdev_add", describe (attachment, backend), cancellable, error);
  vz_engine_end_session (self);
  return ok;
}

void
vz_engine_unplug_network (VzEngine *self, guint index)
{
  g_autofree char *device = g_strdup_printf ("net%u", index);
  g_autofree char *port = g_strdup_printf (VZ_NETWORK_PORT, index);
  g_autofree char *backend = g_strdup_printf (VZ_NETWORK_BACKEND, index);

  set_link (self, device, FALSE, NULL, NULL);
  disconnect (self, port, backend);
}

static gboolean
connect (VzEngine *self, guint index, VzNetworkDeviceAttachment *attachment, int fd,
         GCancellable *cancellable, GError **error)
{
  g_autofree char *device = g_strdup_printf ("net%u", index);
  g_autofree char *port = g_strdup_printf (VZ_NETWORK_PORT, index);
  g_autofree char *backend = g_strdup_printf (VZ_NETWORK_BACKEND, index);
  g_autoptr (GError) cause = NULL;

  if (add_backend (self, attachment, backend, fd, cancellable, &cause) &&
      call (self, "netdev_add",
            vz_json_new ("type", vz_json_string ("hubport"), "id", vz_json_string (port), "hubid",
                         vz_json_int (index), "netdev", vz_json_string (backend), NULL),
            cancellable, &cause) &&
      set_link (self, device, TRUE, cancellable, &cause))
    return TRUE;
  disconnect (self, port, backend);
  if (vz_error_is_cancelled (cause))
    g_propagate_error (error, g_steal_pointer (&cause));
  else
    vz_fail (error, VZ_ERROR_NETWORK_ERROR, "the network device %u cannot be connected: %s", index,
             cause->message);
  return FALSE;
}

/* QEMU's list says " \ net0: virtio-net-pci..." for a device on a hub, and without one " \ net0:
 * index=...". */
static gboolean
check_hub (VzEngine *self, guint index, GCancellable *cancellable, GError **error)
{
  g_autofree char *list = vz_engine_ask_human_monitor (self, "info network", cancellable, error);
  g_autofree char *line = g_strdup_printf ("\\ net%u: virtio-net", index);

  if (list == NULL)
    return FALSE;
  return strstr (list, line) != NULL ||
         vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                  "the attachment of network device %u cannot be changed: the device was started "
                  "on a bridge, or its machine with 'keeps-network-attachments', as 'vz run' does",
                  index);
}

gboolean
vz_engine_change_network (VzEngine *self, guint index, VzNetworkDeviceAttachment *attachment,
                          GCancellable *cancellable, GError **error)
{
  gboolean needs_fd = FALSE;
  int fd VZ_AUTO_CLOSE = -1;

  if (!check_hub (self, index, cancellable, error))
    return FALSE;
  if (attachment != NULL && (fd = vz_engine_open_network (attachment, &needs_fd, error)) < 0 &&
      needs_fd)
    return FALSE;
  vz_engine_unplug_network (self, index);
  return attachment == NULL || connect (self, index, attachment, fd, cancellable, error);
}
