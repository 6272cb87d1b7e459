/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../machine/guest-fixture.h"
#include "macvtap.h"
#include "sockets.h"

#include <string.h>

/* Runs where KVM works: on the author's hosts that is inside a guest, see kvm-in-guest. */
static void
test_kvm (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (GError) error = NULL;
  g_autofree char *reason = NULL;
  g_autofree char *line = NULL;

  g_assert_nonnull (guest); /* here nothing may be skipped */
  vz_linux_boot_loader_set_command_line (
    VZ_LINUX_BOOT_LOADER (vz_virtual_machine_configuration_get_boot_loader (guest->configuration)),
    "console=ttyS0 panic=-1");
  guest_start (guest);

  /* Chosen without being asked for, and not given up for emulation. */
  reason = vz_virtual_machine_dup_emulation_reason (guest->machine);
  g_assert_cmpstr (reason, ==, NULL);

  /* And the guest's kernel agrees. */
  line = guest_expect (guest, "Hypervisor detected: ");
  g_assert_true (g_str_has_prefix (line, "KVM"));
  g_free (guest_expect (guest, "READY"));
  guest_say (guest, "echo under KVM");
  g_free (guest_expect (guest, "under KVM"));

  vz_virtual_machine_stop (guest->machine, NULL, &error);
  g_assert_no_error (error);
}

static void
test_asked_for (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (guest);
  vz_virtual_machine_configuration_set_accelerator (guest->configuration, VZ_ACCELERATOR_KVM);
  guest_start (guest);
  g_free (guest_expect (guest, "READY"));
  vz_virtual_machine_request_stop (guest->machine, &error);
  g_assert_no_error (error);
  vz_virtual_machine_wait_stopped (guest->machine, NULL, &error);
  g_assert_no_error (error);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvm/chosen", test_kvm);
  g_test_add_func ("/kvm/asked-for", test_asked_for);
  macvtap_add_tests ();
  sockets_add_tests ();
  return g_test_run ();
}
