/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "macvtap.h"

#include "../machine/bridged.h"

#include <string.h>

#define MAC "5e:12:34:56:78:9a"
#define NAME "vzmac0"
#define WIRE "vzwire0"

static void
run (const char *line)
{
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_spawn_command_line_sync (line, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_error ("failed: %s", line);
}

static void
make_interface (void)
{
  run ("ip link add " WIRE " type veth peer name vzwire1");
  run ("ip link add link vzwire1 name " NAME " address " MAC " type macvtap mode bridge");
  run ("ip link set " WIRE " up");
  run ("ip link set vzwire1 up");
  run ("ip link set " NAME " up");
}

static void
assert_refused (Guest *guest, const char *text)
{
  g_autoptr (VzVirtualMachine) machine = vz_virtual_machine_new (guest->configuration);
  g_autoptr (GError) error = NULL;

  g_assert_false (vz_virtual_machine_start (machine, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION);
  if (strstr (error->message, text) == NULL)
    g_error ("no '%s' in: %s", text, error->message);
}

static void
test_macvtap (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (Guest) other = guest_new ("x86_64");
  g_autoptr (GPtrArray) list = NULL;

  g_assert_nonnull (guest);
  make_interface ();
  list = vz_bridged_network_interface_get_network_interfaces ();
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_cmpstr (vz_bridged_network_interface_get_identifier (list->pdata[0]), ==, NAME);
  bridged_add_device (other, NAME, "5e:00:00:00:00:01");
  assert_refused (other, "mac-address: '5e:00:00:00:00:01' found, must be '" MAC "'");
  bridged_add_device (guest, NAME, MAC);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  bridged_exchange (guest, WIRE);
  bridged_add_device (other, NAME, MAC);
  assert_refused (other, "the interface '" NAME "': '/dev/tap");
  guest_stop (guest);
  run ("ip link del " WIRE);
}

void
macvtap_add_tests (void)
{
  g_test_add_func ("/macvtap/frames", test_macvtap);
}
