/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "validation-rows.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* What network devices can be attached to, besides NAT. */

#define ATTACHMENT "network-devices[0].attachment: "

static void
attach (Fixture *fixture, gpointer attachment)
{
  g_object_set (fixture_first (fixture, "network-devices"), "attachment", attachment, NULL);
  g_object_unref (attachment);
}

static void
attach_handle (Fixture *fixture, int fd, guint mtu)
{
  g_autoptr (VzFileHandle) handle = fd >= 0 ? vz_file_handle_new (fd) : NULL;
  VzFileHandleNetworkDeviceAttachment *attachment =
    vz_file_handle_network_device_attachment_new (handle);

  vz_file_handle_network_device_attachment_set_maximum_transmission_unit (attachment, mtu);
  attach (fixture, attachment);
}

static int
one_of_a_pair (int type)
{
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, type | SOCK_CLOEXEC, 0, pair), ==, 0);
  close (pair[1]);
  return pair[0];
}

static void
no_handle (Fixture *fixture)
{
  attach_handle (fixture, -1, 1500);
}

static void
handle_is_no_socket (Fixture *fixture)
{
  attach_handle (fixture, g_open ("/dev/null", O_RDWR | O_CLOEXEC), 1500);
}

static void
handle_is_a_stream (Fixture *fixture)
{
  attach_handle (fixture, one_of_a_pair (SOCK_STREAM), 1500);
}

static void
handle_is_not_connected (Fixture *fixture)
{
  attach_handle (fixture, socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), 1500);
}

static void
small_mtu (Fixture *fixture)
{
  attach_handle (fixture, one_of_a_pair (SOCK_DGRAM), 1499);
}

static void
large_mtu (Fixture *fixture)
{
  attach_handle (fixture, one_of_a_pair (SOCK_DGRAM), 65536);
}

static void
network_without_name (Fixture *fixture)
{
  attach (fixture, vz_vmnet_network_device_attachment_new (NULL));
}

static void
network_with_a_slash (Fixture *fixture)
{
  attach (fixture, vz_vmnet_network_device_attachment_new ("a/b"));
}

static void
attach_bridge (Fixture *fixture, const char *name)
{
  g_autoptr (VzBridgedNetworkInterface) interface = vz_bridged_network_interface_new (name);

  attach (fixture, vz_bridged_network_device_attachment_new (interface));
}

static void
no_such_interface (Fixture *fixture)
{
  attach_bridge (fixture, "vz-nowhere0");
}

static void
interface_is_a_path (Fixture *fixture)
{
  attach_bridge (fixture, "../net");
}

static void
interface_is_no_bridge (Fixture *fixture)
{
  attach_bridge (fixture, "lo");
}

static const ValidationRow rows[] = {
  { "no-handle", NULL, NULL, no_handle, ATTACHMENT "file-handle: nothing found, must be set" },
  { "handle-is-no-socket", NULL, NULL, handle_is_no_socket,
    ATTACHMENT "file-handle: '*' found, must be a socket: *" },
  { "handle-is-a-stream", NULL, NULL, handle_is_a_stream,
    ATTACHMENT "file-handle: '*' found, must be a datagram socket" },
  { "handle-is-not-connected", NULL, NULL, handle_is_not_connected,
    ATTACHMENT "file-handle: '*' found, must be connected: *" },
  { "small-mtu", NULL, NULL, small_mtu,
    ATTACHMENT "maximum-transmission-unit: '1499' found, must be 1500 to 65535" },
  { "large-mtu", NULL, NULL, large_mtu,
    ATTACHMENT "maximum-transmission-unit: '65536' found, must be 1500 to 65535" },
  { "network-without-name", NULL, NULL, network_without_name,
    ATTACHMENT "network: nothing found, must not be empty" },
  { "network-with-a-slash", NULL, NULL, network_with_a_slash,
    ATTACHMENT "network: 'a/b' found, must be 1 to 64 letters, digits, '.', '_' and '-'" },
  { "no-such-interface", NULL, NULL, no_such_interface,
    "network-devices[0].attachment.interface: identifier: 'vz-nowhere0' found, must be a network "
    "interface of this host" },
  { "interface-is-a-path", NULL, NULL, interface_is_a_path,
    "network-devices[0].attachment.interface: identifier: '../net' found, must be a network "
    "interface of this host" },
  { "interface-is-no-bridge", NULL, NULL, interface_is_no_bridge,
    "network-devices[0].attachment.interface: identifier: 'lo' found, must be a bridge or a "
    "macvtap "
    "interface, which root can create: *'ip link add link lo name macvtap0 address MAC type "
    "macvtap "
    "mode bridge'*" },
};

/* Whatever is listed can be attached to. */
static void
test_interfaces (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) list = vz_bridged_network_interface_get_network_interfaces ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < list->len; i++)
    {
      attach (fixture, vz_bridged_network_device_attachment_new (list->pdata[i]));
      g_assert_true (vz_virtual_machine_configuration_validate (fixture->config, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (vz_bridged_network_interface_get_identifier (list->pdata[i]), !=, "lo");
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  validation_add_rows (rows, G_N_ELEMENTS (rows));
  g_test_add ("/network/interfaces", Fixture, NULL, fixture_set_up, test_interfaces,
              fixture_tear_down);
  return g_test_run ();
}
