/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program of somebody else's: it knows vz by its pkg-config file alone. */
#include <vz.h>

int
main (void)
{
  g_autoptr (VzVirtualMachineConfiguration) machine = vz_virtual_machine_configuration_new ();
  g_autoptr (GError) error = NULL;

  vz_virtual_machine_configuration_set_cpu_count (machine, 2);
  if (vz_virtual_machine_configuration_validate (machine, &error))
    return 1;
  if (!g_error_matches (error, VZ_ERROR, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION))
    return 2;
  g_print ("%s\n", error->message);
  return 0;
}
