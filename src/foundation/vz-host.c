/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-host.h"

#include <sys/utsname.h>
#include <unistd.h>

guint
vz_host_get_cpu_count (void)
{
  return g_get_num_processors (); /* respects the process's CPU affinity */
}

guint64
vz_host_get_memory_size (void)
{
  long pages = sysconf (_SC_PHYS_PAGES);
  long page_size = sysconf (_SC_PAGESIZE);

  if (pages <= 0 || page_size <= 0)
    return 0;
  return (guint64) pages * (guint64) page_size;
}

/* Which architecture the kernel runs, not which one this program was compiled for: a 32-bit build
 * on a 64-bit kernel starts the same QEMU. */
const char *
vz_host_get_architecture (void)
{
  static const char *architecture;
  struct utsname name;

  if (g_once_init_enter (&architecture))
    {
      const char *machine = uname (&name) == 0 ? name.machine : "unknown";

      g_once_init_leave (&architecture, g_intern_string (machine));
    }
  return architecture;
}

gboolean
vz_host_has_nested_virtualization (void)
{
  static const char *const switches[] = { "/sys/module/kvm_intel/parameters/nested",
                                          "/sys/module/kvm_amd/parameters/nested" };

  for (gsize i = 0; i < G_N_ELEMENTS (switches); i++)
    {
      g_autofree char *value = NULL;

      if (g_file_get_contents (switches[i], &value, NULL, NULL))
        return *value == 'Y' || *value == '1';
    }
  return TRUE;
}
