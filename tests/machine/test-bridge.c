/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bridged.h"

#include <string.h>

/* A real bridge and QEMU's real helper, in the network namespace that with-network creates. */

#define MAC "5e:12:34:56:78:9a"

static void
test_frames (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");

  if (guest == NULL)
    return;
  bridged_add_device (guest, "vzbr0", MAC);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  bridged_exchange (guest, "vzwire0");
  guest_stop (guest);
}

static void
test_not_allowed (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  bridged_add_device (guest, "vzbr1", MAC);
  guest->machine = vz_virtual_machine_new (guest->configuration);
  g_assert_false (vz_virtual_machine_start (guest->machine, NULL, &error));
  g_assert_error (error, VZ_ERROR, VZ_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "must have a line 'allow vzbr1'"));
}

static void
test_listed (void)
{
  g_autoptr (GPtrArray) list = vz_bridged_network_interface_get_network_interfaces ();
  static const char *const names[] = { "vzbr0", "vzbr1" };

  g_assert_cmpuint (list->len, ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < list->len; i++)
    g_assert_cmpstr (vz_bridged_network_interface_get_identifier (list->pdata[i]), ==, names[i]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bridge/listed", test_listed);
  g_test_add_func ("/bridge/frames", test_frames);
  g_test_add_func ("/bridge/not-allowed", test_not_allowed);
  return g_test_run ();
}
